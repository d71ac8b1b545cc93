/** The commands `query` and `export`: where the SQL comes from, what is printed where, exit codes. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import { FIRST_RECORD, placeOrder } from '../contracts/sample-records.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { writeLake } from '../lake/sample-lake.ts'
import { apiOf } from './api.ts'
import { CLI, eventually, launch, removeLater, run, startExchange } from './running-exchange.ts'

const HISTORY: readonly StreamRecord[] = [
  { ...FIRST_RECORD, timestampMs: Date.UTC(2026, 10, 26) },
  {
    position: '0000000000000001',
    timestampMs: Date.UTC(2026, 10, 26, 12),
    commands: [placeOrder('a'), placeOrder('b', { account: 'bob', side: 'SELL' })],
  },
]

let data: string
beforeAll(() => {
  data = removeLater()
  mkdirSync(join(data, 'lake'))
  writeLake(join(data, 'lake'), HISTORY)
})

const query = (...words: string[]) => run(['query', '--data', data, ...words])
const ONE_TRADE = 'SELECT tradeid, price FROM exchange_data_lake.trades'

describe('where the SQL comes from', () => {
  test('an argument; rows on standard output, the time beside them', async () => {
    const { code, stdout, stderr } = await query(ONE_TRADE)
    expect(stdout).toBe('tradeid   price\n────────  ─────\nBTCUSD-1      1\n')
    expect(stderr).toMatch(/^1 row in [\d.]+ m?s, from a lake of 2 files\n$/)
    expect(code).toBe(0)
  })

  test('an argument that begins with a comment', async () => {
    expect(await query(`-- Query trades\n${ONE_TRADE};`, '--csv')).toMatchObject({
      code: 0,
      stdout: 'tradeid,price\nBTCUSD-1,1\n',
    })
  })

  test('a file', async () => {
    const file = join(temporaryDirectory(), 'q.sql')
    writeFileSync(file, `${ONE_TRADE};\nSELECT kind, orderid FROM orders;\n`)
    const { stdout } = await query('--file', file, '--json')
    expect(stdout).toBe(
      '[\n{"tradeid":"BTCUSD-1","price":"1"}\n]\n[\n{"kind":"ACCEPTED","orderid":"a"},\n{"kind":"ACCEPTED","orderid":"b"}\n]\n',
    )
  })

  test('standard input', async () => {
    const piped = launch(['query', '--data', data, '--csv'], {}, ONE_TRADE)
    expect(await piped.ended).toMatchObject({ code: 0, stdout: 'tradeid,price\nBTCUSD-1,1\n' })
  })

  test('a report, whose SQL can be printed and run', async () => {
    const report = await query('--report', 'candles', '--interval', '1d', '--csv')
    expect(report.stdout).toBe(
      'time,symbol,open,high,low,close,volume,trade_count\n2026-11-26T00:00:00.000Z,BTCUSD,1,1,1,1,0.0000001,1\n',
    )
    const { stdout: sql } = await query('--report', 'candles', '--interval', '1d', '--show-sql')
    expect((await query(sql, '--csv')).stdout).toBe(report.stdout)
  })
})

test('rows of a running exchange', async () => {
  const own = removeLater()
  const exchange = await startExchange(own)
  const api = apiOf(exchange.url)
  for (const side of ['BUY', 'SELL']) {
    await api.post('/orders', { orderId: side, symbol: 'BTCUSD', side, quantity: '0.25', price: '50000.5' })
  }
  const sql = 'SELECT tradeid, price, quantity, makerorderid FROM trades'
  const rows = 'tradeid,price,quantity,makerorderid\nBTCUSD-1,50000.5,0.25,BUY\n'
  await eventually(async () => {
    const { code, stdout } = await run(['query', '--data', own, '--csv', sql])
    expect(code).toBe(0)
    return stdout === rows ? true : undefined
  })
  api.close()
  await exchange.stop('SIGTERM')
})

test('help lists the reports', async () => {
  const { code, stdout } = await run(['query', '--help'])
  expect(stdout).toMatch(
    /daily-volume .*\n[\s\S]*candles .*\n[\s\S]*spread .*\n[\s\S]*fill-ratio .*\n[\s\S]*order-to-trade /,
  )
  expect(code).toBe(0)
})

test('more rows than the limit: a line says so', async () => {
  const { stdout, stderr } = await query('SELECT * FROM range(5000)')
  expect(stdout.split('\n')).toHaveLength(1_003)
  expect(stderr).toMatch(/^There are more rows than 1,000: --limit N shows N of them\.\n1,000 rows in/)
  expect((await query('SELECT * FROM range(5000)', '--csv')).stdout.split('\n')).toHaveLength(5_002)
  expect((await query('SELECT * FROM range(5000)', '--csv', '--limit', '3')).stdout).toBe('range\n0\n1\n2\n')
})

test('a reader that closes the output is no error', () => {
  const words = [
    process.execPath,
    CLI,
    'query',
    '--data',
    data,
    '--csv',
    '"SELECT * FROM range(50000000)"',
    '| head -2',
  ]
  const { stdout, stderr } = spawnSync('bash', ['-c', `set -o pipefail; ${words.join(' ')}; echo "$?"`], {
    encoding: 'utf8',
  })
  expect({ stdout, stderr }).toEqual({ stdout: 'range\n0\n0\n', stderr: '' })
})

describe('errors', () => {
  test.each([
    [['SELCT 1'], 1, /syntax error at or near "SELCT"\nLINE 1: SELCT 1\n {8}\^\n$/],
    [['SELECT foo FROM trades'], 1, /"foo" not found/],
    [["COPY trades TO 'x.csv'"], 1, /query only reads: COPY is refused/],
    [[''], 1, /there is no statement/],
    [['SELECT 1', 'SELECT 2'], 2, /put it into quotes/],
    [['SELECT 1', '--csv', '--json'], 2, /one of --csv and --json/],
    [['SELECT 1', '--report', 'candles'], 2, /give one of: SQL, --file, --report/],
    [['SELECT 1', '--symbol', 'BTCUSD'], 2, /--symbol belongs to --report/],
    [['--report', 'weather'], 2, /no report "weather"; there are daily-volume, candles/],
    [['--report', 'candles', '--top', '3'], 2, /the report candles takes no --top/],
    [['--report', 'candles', '--interval', '2h'], 2, /--interval takes one of 1s, 1m/],
    [['--report', 'candles', '--from', '2026-02-30'], 2, /--from takes a day such as/],
    [['--report', 'candles', '--symbol', "x' OR '1"], 2, /--symbol takes the symbol/],
    [['--report', 'candles', '--from', '2026-11-27', '--to', '2026-11-26'], 2, /is before --from/],
    [['--file', '/nowhere.sql'], 2, /nowhere\.sql cannot be read: ENOENT/],
    [['SELECT 1', '--limit', '0'], 2, /--limit takes a whole number from 1/],
    [['SELECT 1', '--memory', '1'], 2, /--memory takes a whole number from 64/],
    [['SELECT 1', '--lake', '/nowhere'], 2, /\/nowhere cannot be read: there is no such folder.*\n$/],
  ])('%j', async (words, code, message) => {
    const ended = await query(...words)
    expect(ended.stderr).toMatch(message)
    expect(ended).toMatchObject({ code, stdout: '' })
  })
})

test('Ctrl-C ends a query that DuckDB cannot interrupt', async () => {
  const own = removeLater()
  const day = join(own, 'trades', 'year=2026', 'month=11', 'day=26')
  mkdirSync(day, { recursive: true })
  // A read of it waits for a writer, for ever.
  spawnSync('mkfifo', [join(day, 'waits.parquet')])
  const temporary = temporaryDirectory()
  const waiting = launch(['query', '--lake', own, ONE_TRADE], { TMPDIR: temporary })
  await eventually(async () => (readdirSync(temporary).length > 0 ? true : undefined))
  await new Promise((resolve) => setTimeout(resolve, 300))
  waiting.process.kill('SIGINT')
  expect(await waiting.ended).toMatchObject({ signal: 'SIGINT', stderr: 'bidding-exchange query: interrupted\n' })
  expect(readdirSync(temporary)).toEqual([])
})

describe('export', () => {
  const exported = (...words: string[]) => run(['export', '--data', data, ...words])

  test('writes a file and says what is in it', async () => {
    const out = join(temporaryDirectory(), 'settlement.csv')
    const { code, stdout } = await exported('--settlement', '--out', out)
    expect(stdout).toBe(`1 row, ${statSync(out).size} bytes: ${out}\n`)
    expect(readFileSync(out, 'utf8')).toContain(
      'BTCUSD-1,BTCUSD,2026-11-26T12:00:00.000Z,1,0.0000001,0.0000001,ann,a,bob,b,SELL\n',
    )
    expect(code).toBe(0)
    expect(await exported('--settlement', '--out', out)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--force/),
    })
  })

  test.each([
    [['--table', 'trades'], /--out FILE is missing/],
    [['--out', 'x.csv'], /give --table or --settlement/],
    [['--out', 'x.csv', '--table', 'accounts'], /--table takes orders or trades/],
    [['--out', 'x.xls', '--table', 'trades'], /--format is missing/],
    [['--out', 'x.csv', '--table', 'trades', '--settlement'], /one of --table and --settlement/],
  ])('%j', async (words, message) => {
    expect(await exported(...words)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  })
})
