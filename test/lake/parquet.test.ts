/**
 * The rows of the lake, as DuckDB reads them in the files and as lines of JSON, against rows made from the objects of
 * the same events.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LakeTable, lakeColumns } from '../../src/lake/lake-columns.ts'
import { LakeFold } from '../../src/lake/lake-fold.ts'
import { parquetFile } from '../../src/lake/parquet-file.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'
import { randomHistory } from '../contracts/random-history.ts'
import { feedOf } from '../contracts/sample-feed.ts'
import { someEvents } from './event-arbitrary.ts'
import { ExpectedRows, type Row } from './expected-rows.ts'
import { jsonRows } from './json-rows.ts'
import { readParquet } from './read-parquet.ts'

const SQL_TYPES = { text: 'VARCHAR', flag: 'BOOLEAN', decimal: 'DECIMAL(38,12)', time: 'TIMESTAMP', count: 'BIGINT' }

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
      const file = await readParquet(parquetFile(batch))
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
    { numRuns: 20 },
  )
})

test('a file has the rows of any events of the feed, exactly, with the steps in force at each event', async () => {
  await fc.assert(
    fc.asyncProperty(someEvents, async (events) => {
      const both = new Both()
      for (const event = new EventFeedReader(feedOf(events) as Uint8Array); event.next(); ) both.take(event)
      await both.check()
    }),
    { numRuns: 40 },
  )
})
