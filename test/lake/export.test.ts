/** Exports: the rows of the range, complete or not at all, for the user only. */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { type ExportRequest, exportLake } from '../../src/lake-query/export-lake.ts'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { FIRST_RECORD, placeOrder } from '../contracts/sample-records.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { OPTIONS } from './query-lake.ts'
import { writeLake } from './sample-lake.ts'

const ONE = 100_000_000
const order = (orderId: string, account: string, side: 'BUY' | 'SELL', quantity: number) =>
  placeOrder(orderId, { account, side, price: ticks(5_000_025), quantity: lots(quantity) })
const at = (position: number, timestampMs: number, ...commands: StreamRecord['commands']): StreamRecord => ({
  position: String(position).padStart(16, '0'),
  timestampMs,
  commands,
})
const DAY = Date.UTC(2026, 10, 26)
/** A trade in the last millisecond of the 25th, one on the 26th, one in the first millisecond of the 27th. */
const HISTORY: readonly StreamRecord[] = [
  { ...FIRST_RECORD, timestampMs: DAY - 10 },
  at(1, DAY - 1, order('s1', 'sam', 'SELL', 5 * ONE), order('b1', 'bea', 'BUY', ONE)),
  at(2, DAY + 3_600_000, order('b2', 'bea', 'BUY', 2.5 * ONE)),
  at(3, DAY + 86_400_000, order('b3', 'bea', 'BUY', ONE / 2), order('b4', 'bea', 'BUY', 2 * ONE)),
  at(4, DAY + 86_400_001, order('s2', 'sam', 'SELL', ONE / 4)),
]

async function exported(request: Partial<ExportRequest> = {}, name = 'out.csv') {
  const lake = temporaryDirectory()
  writeLake(lake, HISTORY)
  const folder = temporaryDirectory()
  const out = join(folder, name)
  const options = { kind: 'trades', format: 'csv', out, replace: false, ...request } as const
  const summary = await exportLake({ lake, ...OPTIONS }, options)
  return { folder, out, summary, text: readFileSync(options.out, 'utf8') }
}

test('settlement says who bought what from whom, and what it costs', async () => {
  const { text, summary, out, folder } = await exported({ kind: 'settlement' })
  expect(
    text,
  ).toBe(`tradeid,symbol,timestamp,price,quantity,amount,buyeraccount,buyerorderid,selleraccount,sellerorderid,takerside
BTCUSD-1,BTCUSD,2026-11-25T23:59:59.999Z,50000.25,1,50000.25,bea,b1,sam,s1,BUY
BTCUSD-2,BTCUSD,2026-11-26T01:00:00.000Z,50000.25,2.5,125000.625,bea,b2,sam,s1,BUY
BTCUSD-3,BTCUSD,2026-11-27T00:00:00.000Z,50000.25,0.5,25000.125,bea,b3,sam,s1,BUY
BTCUSD-4,BTCUSD,2026-11-27T00:00:00.000Z,50000.25,1,50000.25,bea,b4,sam,s1,BUY
BTCUSD-5,BTCUSD,2026-11-27T00:00:00.001Z,50000.25,0.25,12500.0625,bea,b4,sam,s2,SELL
`)
  expect(summary).toEqual({ rows: 5, bytes: text.length })
  expect(statSync(out).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['out.csv'])
})

test('days are those of UTC, and both are included', async () => {
  const idsOf = async (from?: string, to?: string) =>
    (await exported({ from, to })).text
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[0])
  expect(await idsOf('2026-11-26', '2026-11-26')).toEqual(['BTCUSD-2'])
  expect(await idsOf(undefined, '2026-11-25')).toEqual(['BTCUSD-1'])
  expect(await idsOf('2026-11-26')).toEqual(['BTCUSD-2', 'BTCUSD-3', 'BTCUSD-4', 'BTCUSD-5'])
  expect((await exported({ symbol: 'ETHUSD' })).summary.rows).toBe(0)
})

test('Parquet has the columns and types of the lake', async () => {
  const { out, summary } = await exported({ kind: 'orders', format: 'parquet', to: '2026-11-26' }, 'o.parquet')
  expect(summary.rows).toBe(3)
  expect(statSync(out).mode & 0o777).toBe(0o600)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()
  const types = await read(
    `SELECT column_name, column_type FROM (DESCRIBE FROM '${out}') WHERE column_name IN ('price', 'timestamp', 'kind')`,
  )
  expect(types).toEqual([
    ['kind', 'VARCHAR'],
    ['price', 'DECIMAL(38,12)'],
    ['timestamp', 'TIMESTAMP'],
  ])
  expect(await read(`SELECT orderid FROM '${out}'`)).toEqual([['s1'], ['b1'], ['b2']])
  connection.closeSync()
  instance.closeSync()
})

test('an existing file stays unless it may be replaced', async () => {
  const folder = temporaryDirectory()
  const out = join(folder, 'out.csv')
  writeFileSync(out, 'precious')
  await expect(exported({ out })).rejects.toThrow(/out\.csv exists: --force replaces it/)
  expect(readFileSync(out, 'utf8')).toBe('precious')
  await exported({ out, replace: true })
  expect(readFileSync(out, 'utf8')).toMatch(/^tradeid,/)
  expect(statSync(out).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['out.csv'])
})

test('a failed or interrupted export leaves no file', async () => {
  await expect(exported({ out: '/nowhere/out.csv' })).rejects.toThrow(/\/nowhere is not a folder/)
  const folder = temporaryDirectory()
  const out = join(folder, 'out.csv')
  const lake = temporaryDirectory()
  writeLake(lake, HISTORY)
  const [part] = readdirSync(lake, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^trades.*parquet$/.test(name),
  )
  writeFileSync(join(lake, part), readFileSync(join(lake, part)).subarray(0, -9))
  const failed = exportLake({ lake, ...OPTIONS }, { kind: 'trades', format: 'csv', out, replace: false })
  await expect(failed).rejects.toThrow(/parquet/)
  expect(existsSync(out)).toBe(false)
  expect(readdirSync(folder)).toEqual([])
})
