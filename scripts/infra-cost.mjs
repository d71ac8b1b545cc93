// Computes the tables of docs/operate/cost.md from docs/operate/unit-prices.json and writes them between
// the marks of that page. --check writes nothing and fails if the page is out of date. Exports the sums for
// the test that compares them with the budget.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { heartbeatOf } from './heartbeat-cost.mjs'
import { frankfurtPrices, loadsOf, monthOf, provisionedMillion } from './month-cost.mjs'
import { dollarsPerMillion, MARKET, marketOf, total } from './order-cost.mjs'
import {
  connectionHour,
  followersGigabytes,
  followersMonth,
  millionPushed,
  millionRequests,
  sweepMonth,
} from './socket-cost.mjs'

const docs = (name) => new URL(`../docs/operate/${name}`, import.meta.url)
const list = JSON.parse(readFileSync(docs('unit-prices.json'), 'utf8'))
const { prices, alwaysFree, hoursPerMonth: hours } = list

/** How many of each exist by default. test/infra compares them with infra/. */
export const COUNTS = { shards: 3, endpoints: 2, alarms: 48, customMetrics: 27, crawlers: 2, weeklyCrawls: 1 }
/** Of these, what exists only with live market data. */
export const OF_MARKET = { shards: 0, alarms: 11, customMetrics: 6 }

const paid = (count, free) => Math.max(0, count - free)
/** At least ten minutes of two units are billed. */
const crawlOf = ({ crawlerDpuHour }) => (10 / 60) * 2 * crawlerDpuHour
/** The heartbeat of an exchange without orders. */
const QUIET = { instruments: 3, orderShards: 1, perDay: 0 }

/** Item, its composition, list price, and the price after CloudWatch's permanent free tier. */
const fixedOf = (prices) => [
  row('Kinesis, 3 shards', '3 × 730 h × $0.015', COUNTS.shards * hours * prices.kinesisShardHour),
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
    `Alarms, ${COUNTS.alarms}`,
    '10 free',
    COUNTS.alarms * prices.alarmMonth,
    paid(COUNTS.alarms, alwaysFree.alarms) * prices.alarmMonth,
  ),
  row(
    `Own metrics, ${COUNTS.customMetrics}`,
    '10 free',
    COUNTS.customMetrics * prices.customMetricMonth,
    paid(COUNTS.customMetrics, alwaysFree.customMetrics) * prices.customMetricMonth,
  ),
  row('Crawlers, weekly', '2 × 4.35 × $0.15', COUNTS.crawlers * COUNTS.weeklyCrawls * (365 / 12 / 7) * crawlOf(prices)),
  row('Heartbeat', '43,800 runs, 10,950 records', heartbeatOf(QUIET, prices, hours)),
  row('Sweep of connections', '43,800 runs', sweepMonth(prices)),
]
/** What market_data = false saves each month. */
const marketFixedOf = (prices) =>
  OF_MARKET.shards * hours * prices.kinesisShardHour +
  OF_MARKET.alarms * prices.alarmMonth +
  OF_MARKET.customMetrics * prices.customMetricMonth +
  sweepMonth(prices)
export const FIXED = fixedOf(prices)
const crawl = crawlOf(prices)

function row(item, how, list, billed = list) {
  return { item, how, list, billed }
}

/** Of 1,000 instruments on 10 shards, each of which needs a record every hour. */
export const heartbeatAtScale = heartbeatOf({ instruments: 1_000, orderShards: 10, perDay: 24 }, prices, hours)
export const fixedBilled = sum(FIXED.map(({ billed }) => billed))
export const marketFixed = marketFixedOf(prices)

// test/aws/cost.test.ts counted what an order uses, and fails if the file differs from its count.
const uses = JSON.parse(readFileSync(docs('counted-use.json'), 'utf8'))
const ALONE = dollarsPerMillion(uses.alone, prices)
const SINGLE = dollarsPerMillion(uses.single, prices)
const BATCHED = dollarsPerMillion(uses.batched, prices)
export const perMillion = { alone: total(ALONE), single: total(SINGLE), batched: total(BATCHED) }
const MARKET_MILLIONS = [uses.alone, uses.single, uses.batched].map((use) => marketOf(use, prices))

/** Of one load of the page without a cache: a test holds the bytes of script and style. */
const SCREEN_LOAD = { requests: 6, gigabytes: 130_000 / 1e9 }
const millionLoads = (requestMillion, gigabyte) =>
  SCREEN_LOAD.requests * requestMillion + SCREEN_LOAD.gigabytes * 1e6 * gigabyte
const freeLoadsMillion = Math.min(
  alwaysFree.cloudfrontMillionRequests / SCREEN_LOAD.requests,
  alwaysFree.cloudfrontGb / SCREEN_LOAD.gigabytes / 1e6,
)

const OPTIONS = [
  [
    '`market_data = false`',
    -marketFixed,
    `no WebSocket, candles, tickers and account-wide fills; a million orders cost ${MARKET_MILLIONS.map((each) => usd(total(each))).join(', ')} less (columns of the table above)`,
  ],
  [
    '`screen = true`',
    0,
    `the trading screen. CloudFront has ${freeLoadsMillion.toFixed(1)} million loads of the page each month free of charge; a million more are ${usd(millionLoads(prices.cloudfrontMillionRequests, prices.cloudfrontGb))}. What its users follow is under [connections](#connections)`,
  ],
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
  [
    '`market_fan_out = true`',
    hours * prices.kinesisFanOutHour,
    'followers get messages about 70 ms after the match instead of up to a second; $0.013 per GB in addition',
  ],
  ['`event_shards`, each more', hours * prices.kinesisShardHour, 'another 1 MB of events a second'],
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
function usd(value) {
  return value < 0 ? `-$${(-value).toFixed(2)}` : `$${value.toFixed(2)}`
}

const REGIONS = { Virginia: prices, Frankfurt: frankfurtPrices(list) }
const LOADS = loadsOf(uses)
/** A column for each load in each region. */
const MONTHS = LOADS.flatMap((load) =>
  Object.entries(REGIONS).map(([region, regional]) => ({
    title: `${load.name}, ${region}`,
    items: monthOf(load, regional, sum(fixedOf(regional).map(({ billed }) => billed)), hours),
  })),
)
/** A small price, with a digit more. */
const fine = (value) => `$${value.toFixed(3)}`
const whole = (value) => (value < 100 ? usd(value) : `$${Math.round(value).toLocaleString('en-US')}`)

/** Writes of the largest load in a month, in millions. */
const writesMillion = (LOADS[2].orders * LOADS[2].use.writeUnits) / 1e6
const SHARES = [1, 0.7, 0.5, 0.3]

/** The heartbeat by instruments and shards, in markets that need it more or less often. */
const BEATS = [
  ['no orders at all', 0],
  ['each instrument needs a record once a day', 1],
  ['each needs one every hour, the most that snapshots need', 24],
].map(([market, perDay]) => {
  const cost = (instruments, orderShards) => usd(heartbeatOf({ instruments, orderShards, perDay }, prices, hours))
  return `| ${market} | ${cost(3, 1)} | ${cost(100, 2)} | ${cost(1_000, 10)} |`
})

const FOLLOWED = [1, 5].map((updatesPerSecond) => ({ followers: 100, updatesPerSecond }))
const FOLLOWERS = FOLLOWED.map((load) => followersMonth(load, prices))

const TABLES = {
  connections: [
    '| | list price |',
    '|---|---:|',
    `| 1,000 connections, open for an hour | ${fine(1_000 * connectionHour(prices))} |`,
    `| a million messages to followers | ${usd(millionPushed(prices))} |`,
    `| a million requests of clients, with their answers | ${usd(millionRequests(prices))} |`,
  ],
  followers: [
    `| 100 followers of the book of one symbol, each month | ${FOLLOWED.map(({ updatesPerSecond }) => `${updatesPerSecond} update${updatesPerSecond === 1 ? '' : 's'} a second`).join(' | ')} |`,
    '|---|---:|---:|',
    ...Object.keys(FOLLOWERS[0]).map(
      (item) => `| ${item} | ${FOLLOWERS.map((each) => whole(each[item])).join(' | ')} |`,
    ),
    `| **Total** | ${FOLLOWERS.map((each) => `**${whole(total(each))}**`).join(' | ')} |`,
    `| data that leaves AWS, at 500 bytes a message | ${FOLLOWED.map((load) => `${followersGigabytes(load).toFixed(0)} GB`).join(' | ')} |`,
  ],
  market: [
    `| ${MARKET.toLowerCase()}, of a million orders | one a request, matched alone | one a request, matched by 20 | 20 a request, matched by 100 |`,
    '|---|---:|---:|---:|',
    ...Object.keys(MARKET_MILLIONS[0]).map(
      (item) => `| ${item} | ${MARKET_MILLIONS.map((each) => fine(each[item])).join(' | ')} |`,
    ),
    `| **Total** | ${MARKET_MILLIONS.map((each) => `**${fine(total(each))}**`).join(' | ')} |`,
  ],
  heartbeat: [
    '| each month | 3 instruments, 1 shard | 100 instruments, 2 shards | 1,000 instruments, 10 shards |',
    '|---|---:|---:|---:|',
    ...BEATS,
  ],
  fixed: [
    '| each month | | list price | billed |',
    '|---|---|---:|---:|',
    ...FIXED.map(({ item, how, list, billed }) => `| ${item} | ${how} | ${usd(list)} | ${usd(billed)} |`),
    `| **Total** | | ${usd(sum(FIXED.map(({ list }) => list)))} | **${usd(fixedBilled)}** |`,
  ],
  million: [
    '| a million orders | one a request, matched alone | one a request, matched by 20 | 20 a request, matched by 100 |',
    '|---|---:|---:|---:|',
    ...Object.keys(SINGLE).map(
      (item) => `| ${item} | ${usd(ALONE[item])} | ${usd(SINGLE[item])} | ${usd(BATCHED[item])} |`,
    ),
    `| **Total** | **${usd(perMillion.alone)}** | **${usd(perMillion.single)}** | **${usd(perMillion.batched)}** |`,
  ],
  months: [
    `| each month | ${MONTHS.map(({ title }) => title).join(' | ')} |`,
    `|---|${MONTHS.map(() => '---:').join('|')}|`,
    ...Object.keys(MONTHS[0].items).map(
      (item) => `| ${item} | ${MONTHS.map(({ items }) => whole(items[item])).join(' | ')} |`,
    ),
    `| **Total** | ${MONTHS.map(({ items }) => `**${whole(total(items))}**`).join(' | ')} |`,
  ],
  capacity: [
    '| writes of DynamoDB | a million writes | 100 M orders a day, each month |',
    '|---|---:|---:|',
    `| on demand | ${fine(prices.dynamodbMillionWrites)} | ${whole(writesMillion * prices.dynamodbMillionWrites)} |`,
    ...SHARES.map((share) => {
      const million = provisionedMillion(prices, share)
      return `| provisioned, ${share * 100}% used | ${fine(million)} | ${whole(writesMillion * million)} |`
    }),
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
