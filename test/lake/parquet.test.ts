/**
 * The rows of the lake, as DuckDB reads them in the files and as lines of JSON, against rows made from the objects of
 * the same events.
 */

import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LakeTable, lakeColumns } from '../../src/lake/lake-columns.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'
import { randomHistory } from '../contracts/random-history.ts'
import { feedOf } from '../contracts/sample-feed.ts'
import { someEvents } from './event-arbitrary.ts'
import { decimal, ExpectedRows, type Row } from './expected-rows.ts'
import { jsonRows } from './json-rows.ts'
import { ParquetReader } from './parquet-reader.ts'

const SQL_TYPES = { text: 'VARCHAR', flag: 'BOOLEAN', decimal: 'DECIMAL(38,12)', time: 'TIMESTAMP', count: 'BIGINT' }

let reader: ParquetReader
beforeAll(async () => {
  reader = await ParquetReader.open()
})
afterAll(() => reader.close())

/** A fold, and the rows that it should have. */
class Both {
  readonly fold = new LakeFold([])
  readonly expected = new ExpectedRows()

  take(event: EventCursor): void {
    this.fold.take(event)
    this.expected.take(eventOf(event), event)
  }

  async check(): Promise<void> {
    const { rows, fold } = this
    expect(fold.rows).toBe(rows.orders.length + rows.trades.length)
    const read: Record<LakeTable, Row[]> = { orders: [], trades: [] }
    for (const batch of fold.flush()) {
      const file = await reader.read(parquetFile(batch))
      const types = lakeColumns(batch.table).map(({ name, type }) => [name, SQL_TYPES[type]])
      expect(Object.entries(file.types)).toEqual(types)
      expect(jsonRows(batch)).toEqual(file.rows)
      for (const row of file.rows) expect(row.timestamp?.slice(0, 10)).toBe(batch.day)
      read[batch.table].push(...file.rows)
    }
    for (const table of ['orders', 'trades'] as const) expect(byDay(read[table])).toEqual(byDay(rows[table]))
  }

  get rows() {
    return this.expected.rows
  }
}

/** The rows of a day are in the order of their events; the days are in any order. */
function byDay(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const days = new Map<string, Row[]>()
  for (const row of rows) {
    const day = String(row.timestamp).slice(0, 10)
    days.set(day, [...(days.get(day) ?? []), row])
  }
  return days
}

test('a file has the rows of what was matched', async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, async (history) => {
      const both = new Both()
      const state = new ExchangeState()
      for (const record of history) state.apply(record, both)
      await both.check()
    }),
    { numRuns: 10 },
  )
})

test('a file has the rows of any events of the feed, exactly, with the steps in force at each event', async () => {
  await fc.assert(
    fc.asyncProperty(someEvents, async (events) => {
      const both = new Both()
      for (const event = new EventFeedReader(feedOf(events) as Uint8Array); event.next(); ) both.take(event)
      await both.check()
    }),
    { numRuns: 10 },
  )
})

test('a batch above the rows of a group has several groups', async () => {
  const fold = new LakeFold([parseInstrument(DEMO_INSTRUMENTS[0])])
  const count = 131_072 + 1_000
  const events = Array.from({ length: count }, (_, i) => ({
    kind: 'TradeExecuted' as const,
    symbol: DEMO_INSTRUMENTS[0].symbol,
    number: i + 1,
    timestampMs: i,
    account: `maker-${i % 300}`,
    orderId: `m-${i}`,
    takerAccount: 'taker',
    takerOrderId: `t-${i}`,
    tradeNumber: i + 1,
    price: 1 + (i % 1_000),
    quantity: i + 1,
  }))
  for (const event = new EventFeedReader(feedOf(events) as Uint8Array); event.next(); ) fold.take(event)
  const [batch] = fold.flush()
  const sql = `SELECT count(*)::INT AS rows, sum(eventnumber)::VARCHAR AS numbers, count(DISTINCT makerorderid)::INT AS ids,
    sum(quantity)::VARCHAR AS quantity, max(tradeid) FILTER (eventnumber = ${count}) AS last FROM rows`
  const total = (count * (count + 1)) / 2
  const quantity = decimal(total, DEMO_INSTRUMENTS[0].lotSize)
  const last = `${DEMO_INSTRUMENTS[0].symbol}-${count}`
  expect(await reader.query(parquetFile(batch), sql)).toEqual([
    { rows: count, numbers: String(total), ids: count, quantity, last },
  ])
  expect(await reader.query(parquetFile(batch), "SELECT 1 FROM rows WHERE makerorderid = 'm-131072'")).toHaveLength(1)
})
