/**
 * `npm run bench -- NAME`: runs one benchmark and prints its tables, or one JSON object. Measure on a quiet
 * machine, and compare ratios within one run.
 */

import { parseArgs } from 'node:util'

const NAMES = ['engine', 'feed', 'http', 'lake', 'marketdata', 'mutation', 'redis', 'screen']

const USAGE = `Usage: npm run bench -- NAME [options]

  engine      the engine and its wrapper beside nodejs-order-book; latency, growth, the wire
  feed        market data and orders over WebSocket; what followers cost matching
  http        orders over HTTP beside a bare server; batches
  lake        rows of the data lake: fold, Parquet files, bytes; a query over 10 million trades
  marketdata  candles for each trade, depth for each event, views and checksums
  redis       the matcher on a real Redis beside a script that matches in Redis
  screen      the trading screen in Chromium while a book changes 200 times a second
  mutation    how many broken rules the tests of the engine notice

  --json         print one object
  --tiny         a few seconds, to see that it runs
  --rounds N     rounds that count (default 7)
  --seconds N    of each round of http (default 5); of screen, how long memory is watched
  --every N      of the mutants, one in N (default 1)
  --part NAME    of feed, only fan-out, orders, round-trips, matching or lake`

function readWords() {
  try {
    return parseArgs({ allowPositionals: true, options: OPTIONS })
  } catch (cause) {
    console.error(`bench: ${(cause as Error).message.split(/\.\s/)[0]}\n\n${USAGE}`)
    process.exit(2)
  }
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  json: { type: 'boolean', default: false },
  tiny: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '7' },
  seconds: { type: 'string', default: '5' },
  every: { type: 'string', default: '1' },
  part: { type: 'string' },
} as const

const { values, positionals } = readWords()
const [name] = positionals
const rounds = Number(values.rounds)
if (values.help) {
  console.log(USAGE)
} else if (!NAMES.includes(name) || !(rounds >= 1)) {
  console.error(USAGE)
  process.exitCode = 2
} else if (name === 'engine') {
  const { benchEngine, formatEngineReport } = await import('./engine.ts')
  const report = await benchEngine({ tiny: values.tiny, rounds: values.tiny ? 2 : rounds })
  console.log(values.json ? JSON.stringify(report) : formatEngineReport(report))
} else if (name === 'marketdata') {
  const { benchMarketData } = await import('./marketdata.ts')
  const rows = benchMarketData({ tiny: values.tiny, rounds })
  if (values.json) console.log(JSON.stringify({ rows }))
  else console.table(rows)
} else if (name === 'lake') {
  const { benchLake } = await import('./lake.ts')
  const { benchLakeQuery } = await import('./lake/query.ts')
  const report = benchLake({ tiny: values.tiny, rounds })
  const query = await benchLakeQuery({ tiny: values.tiny, rounds })
  if (values.json) console.log(JSON.stringify({ ...report, query }))
  else {
    for (const table of [report.rows, report.bytes, query.rows]) console.table(table)
    console.log(`${query.trades} trades in ${query.files} files, ${query.megabytes} MB`)
  }
} else if (name === 'redis') {
  const { benchRedis } = await import('./redis.ts')
  const rows = await benchRedis(values.tiny ? { rounds: 1, commands: 2_000 } : { rounds, commands: 200_000 })
  if (values.json) console.log(JSON.stringify({ rows }))
  else console.table(rows)
} else if (name === 'feed') {
  const { benchFeed, FEED_PARTS } = await import('./feed.ts')
  const sizes = values.tiny ? { followers: 20, orders: 2_500 } : { followers: 1_000, orders: 400_000 }
  const times = { rounds: values.tiny ? 1 : rounds, seconds: values.tiny ? 0.25 : Number(values.seconds) }
  const parts = values.part === undefined ? FEED_PARTS : FEED_PARTS.filter((part) => part === values.part)
  if (parts.length === 0) {
    console.error(`bench: feed has the parts ${FEED_PARTS.join(', ')}`)
    process.exit(2)
  }
  const rows = await benchFeed({ ...times, ...sizes, parts })
  if (values.json) console.log(JSON.stringify({ rows }))
  else for (const { what, value } of rows) console.log(`${what}\n    ${value}`)
} else if (name === 'screen') {
  const { benchScreen } = await import('./screen.ts')
  const tiny = { commands: 200, traceSeconds: 1, memorySeconds: 1, hides: false }
  const whole = { commands: 200, traceSeconds: 10, memorySeconds: Number(values.seconds), hides: true }
  const report = await benchScreen(values.tiny ? tiny : whole)
  if (values.json) console.log(JSON.stringify(report))
  else for (const { what, value } of report.rows) console.log(`${what}\n    ${value}`)
} else if (name === 'mutation') {
  const { benchMutation } = await import('./mutation.ts')
  console.log(JSON.stringify(benchMutation(Number(values.every)), null, 2))
} else {
  const { benchHttp } = await import('./http.ts')
  const rows = await benchHttp({ rounds: values.tiny ? 1 : rounds, seconds: values.tiny ? 1 : Number(values.seconds) })
  if (values.json) console.log(JSON.stringify({ rows }))
  else console.table(rows)
}
