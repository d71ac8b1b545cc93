// Computes the tables of docs/operate/cost.md from docs/operate/unit-prices.json and writes them between
// the marks of that page. --check writes nothing and fails if the page is out of date. Exports the sums for
// the test that compares them with the budget.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dollarsPerMillion, total } from './order-cost.mjs'

const docs = (name) => new URL(`../docs/operate/${name}`, import.meta.url)
const { prices, alwaysFree, hoursPerMonth: hours } = JSON.parse(readFileSync(docs('unit-prices.json'), 'utf8'))

/** How many of each exist by default. test/infra compares them with infra/. */
export const COUNTS = { shards: 2, endpoints: 2, alarms: 24, customMetrics: 17, crawlers: 2, weeklyCrawls: 1 }

const paid = (count, free) => Math.max(0, count - free)
const crawl = (10 / 60) * 2 * prices.crawlerDpuHour // at least ten minutes of two units are billed
const beats = (hours * 60) / 1e6

/** Item, its composition, list price, and the price after CloudWatch's permanent free tier. */
export const FIXED = [
  row('Kinesis, 2 shards', '2 × 730 h × $0.015', COUNTS.shards * hours * prices.kinesisShardHour),
  row(
    'Interface endpoints, 2 in one zone',
    '2 × 730 h × $0.01',
    COUNTS.endpoints * hours * prices.interfaceEndpointHour,
  ),
  row('Valkey, cache.t4g.micro', '730 h × $0.0128', hours * prices.valkeyT4gMicroHour),
  row('KMS key', '', prices.kmsKeyMonth),
  row('Secret', '', prices.secretMonth),
  row('Dashboard', '3 free', prices.dashboardMonth, 0),
  row(
    'Alarms, 24',
    '10 free',
    COUNTS.alarms * prices.alarmMonth,
    paid(COUNTS.alarms, alwaysFree.alarms) * prices.alarmMonth,
  ),
  row(
    'Own metrics, 17',
    '10 free',
    COUNTS.customMetrics * prices.customMetricMonth,
    paid(COUNTS.customMetrics, alwaysFree.customMetrics) * prices.customMetricMonth,
  ),
  row('Crawlers, weekly', '2 × 4.35 × $0.15', COUNTS.crawlers * COUNTS.weeklyCrawls * (365 / 12 / 7) * crawl),
  // Each minute: one ingest with its read of the instruments, one matcher, three records, three marks.
  row(
    'Heartbeat',
    '43,800 × 3 instruments',
    beats *
      (2 * prices.lambdaMillionRequests +
        prices.dynamodbMillionReads +
        3 * (prices.kinesisMillionPuts + prices.dynamodbMillionWrites)) +
      beats * (0.05 * 0.5 + 0.05 * 1.77) * prices.lambdaMillionGbSeconds +
      beats * 3 * 5 * (prices.firehoseGb + prices.parquetGb),
  ),
]

function row(item, how, list, billed = list) {
  return { item, how, list, billed }
}

export const fixedBilled = sum(FIXED.map(({ billed }) => billed))

// test/aws/cost.test.ts counted what an order uses, and fails if the file differs from its count.
const uses = JSON.parse(readFileSync(docs('counted-use.json'), 'utf8'))
const SINGLE = dollarsPerMillion(uses.single, prices)
const BATCHED = dollarsPerMillion(uses.batched, prices)
export const perMillion = { single: total(SINGLE), batched: total(BATCHED) }

const OPTIONS = [
  [
    '`redis_engine = "redis"`',
    hours * (prices.redisT4gMicroHour - prices.valkeyT4gMicroHour),
    'none: the protocol is the same',
  ],
  [
    '`redis_replica = true`',
    hours * prices.valkeyT4gMicroHour + 3 * prices.alarmMonth,
    'a failover instead of a rebuild',
  ],
  [
    '`zone_count = 2`',
    COUNTS.endpoints * hours * prices.interfaceEndpointHour,
    'keeps running when a zone fails (with the replica)',
  ],
  [
    '`enhanced_fan_out = true`',
    hours * prices.kinesisFanOutHour,
    'matching begins after about 70 ms instead of up to a second; $0.013 per GB in addition',
  ],
  ['`order_shards`, each more', hours * prices.kinesisShardHour, 'another 1,000 records a second'],
  [
    '`waf_enabled = true`',
    prices.wafMonth + 3 * prices.wafRuleMonth,
    'AWS’s rules and a limit for each address; $0.60 per million requests in addition',
  ],
  [
    '`crawler_schedule` daily',
    COUNTS.crawlers * (365 / 12 - 365 / 12 / 7) * crawl,
    'queries find the data of the day before without a command',
  ],
]

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}
const usd = (value) => `$${value.toFixed(2)}`

const TABLES = {
  fixed: [
    '| each month | | list price | billed |',
    '|---|---|---:|---:|',
    ...FIXED.map(({ item, how, list, billed }) => `| ${item} | ${how} | ${usd(list)} | ${usd(billed)} |`),
    `| **Total** | | ${usd(sum(FIXED.map(({ list }) => list)))} | **${usd(fixedBilled)}** |`,
  ],
  million: [
    '| a million orders | one a request | 20 a request |',
    '|---|---:|---:|',
    ...Object.keys(SINGLE).map((item) => `| ${item} | ${usd(SINGLE[item])} | ${usd(BATCHED[item])} |`),
    `| **Total** | **${usd(perMillion.single)}** | **${usd(perMillion.batched)}** |`,
  ],
  options: [
    '| option | adds each month | effect |',
    '|---|---:|---|',
    ...OPTIONS.map(([option, cost, why]) => `| ${option} | ${usd(cost)} | ${why} |`),
  ],
}

/** The page with newly computed tables. */
export function computedPage() {
  return Object.entries(TABLES).reduce(
    (page, [name, lines]) => {
      const marks = new RegExp(`(<!-- computed: ${name} -->\n)[\\s\\S]*?(<!-- end -->)`)
      if (!marks.test(page)) throw new Error(`cost.md has no marks for ${name}`)
      return page.replace(marks, (_, before, after) => `${before}${lines.join('\n')}\n${after}`)
    },
    readFileSync(docs('cost.md'), 'utf8'),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = computedPage()
  if (!process.argv.includes('--check')) writeFileSync(docs('cost.md'), page)
  else if (page !== readFileSync(docs('cost.md'), 'utf8')) throw new Error('run node scripts/infra-cost.mjs')
}
