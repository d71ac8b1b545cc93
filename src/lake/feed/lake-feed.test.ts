/** What comes out of the lake's feed, wherever its chunks end and its reader starts: the rows of the events themselves. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomHistory } from '../../../test/contracts/random-history.ts'
import { cursorOf } from '../../../test/contracts/sample-feed.ts'
import { ExchangeMatcher } from '../../matcher/exchange-matcher.ts'
import type { StreamRecord } from '../../ports/order-stream.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import { parseInstrument } from '../../protocol/instrument/instrument.ts'
import { LakeFold, type LakeSource } from '../lake-fold.ts'
import { jsonLines } from '../lake-json.ts'
import { LakeFeedReader } from './lake-feed-reader.ts'
import { LakeFeedWriter } from './lake-feed-writer.ts'

const rowsOf = (fold: LakeFold): string[] => fold.flush().flatMap((batch) => [batch.table, ...jsonLines(batch)])

/** The rows from a record on, made of the events and of the feed. `ends`: whether a chunk ends behind a record. */
function rowsFrom(history: readonly StreamRecord[], start: number, ends: (record: number) => boolean) {
  const matcher = new ExchangeMatcher()
  for (const record of history.slice(0, start)) matcher.apply(record, { take: () => {} })
  const instruments = [...matcher.symbols.values()].flatMap(({ instrument }) => instrument ?? []).map(parseInstrument)
  const [direct, fed] = [new LakeFold(instruments), new LakeFold(instruments)]
  const writer = new LakeFeedWriter()
  const reader = new LakeFeedReader()
  const events: [string, number][] = []
  const read: [string, number][] = []
  const pass = () => {
    reader.read(writer.chunk())
    while (reader.next()) {
      read.push([reader.symbol, reader.number])
      fed.take(reader)
    }
  }
  for (let i = start; i < history.length; i++) {
    matcher.apply(history[i], {
      take: (event: EventCursor) => {
        events.push([event.symbol, event.number])
        direct.take(event)
        writer.take(event)
      },
    })
    if (ends(i)) pass()
  }
  pass()
  expect(read).toEqual(events)
  return { direct: rowsOf(direct), fed: rowsOf(fed) }
}

test('the rows are those of the events, from any start and with any chunks', () => {
  fc.assert(
    fc.property(randomHistory, fc.nat(), fc.integer({ min: 1, max: 5 }), (history, from, every) => {
      const { direct, fed } = rowsFrom(history, from % history.length, (record) => record % every === 0)
      expect(fed).toEqual(direct)
    }),
    { numRuns: 60 },
  )
})

const BTCUSD = parseInstrument({ symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.1' })

function read(fold: { take(event: LakeSource): void }, reader: LakeFeedReader, writer: LakeFeedWriter): number {
  const chunk = writer.chunk()
  reader.read(chunk)
  while (reader.next()) fold.take(reader)
  return chunk.length
}

const accepted = (handle: number, orderId: string, account = 'ann', requestId?: string) =>
  cursorOf({ symbol: 'BTCUSD', number: handle, handle, account, orderId, price: 1, quantity: 1, requestId })
const canceled = (handle: number, orderId: string) =>
  cursorOf({ kind: 'OrderCanceled', symbol: 'BTCUSD', handle, account: 'ann', orderId, reason: 'requested' })

test('a name is written once, and again for a reader that starts', () => {
  const writer = new LakeFeedWriter()
  const id = 'x'.repeat(64)
  writer.take(accepted(1, id))
  const first = writer.length
  writer.take(canceled(1, id))
  expect(writer.length - first).toBeLessThan(id.length)
  writer.restart()
  expect(writer.length).toBe(0)
  writer.take(canceled(1, id))
  const fold = new LakeFold([BTCUSD])
  read(fold, new LakeFeedReader(), writer)
  expect(rowsOf(fold)[1]).toContain(id)
})

test('a handle has the names of the order that has it now, and names may become longer', () => {
  const [writer, reader, fold] = [new LakeFeedWriter(), new LakeFeedReader(), new LakeFold([BTCUSD])]
  const ids = ['a', 'b'.repeat(30), 'c', 'd'.repeat(200)]
  for (let handle = 1; handle <= 5_000; handle++) writer.take(accepted(handle, `first-${handle}`))
  read(fold, reader, writer)
  for (const [i, id] of ids.entries()) {
    writer.take(accepted(7, id, 'account-'.repeat(i + 1)))
    writer.take(canceled(7, id))
    writer.take(canceled(5_000, 'first-5000'))
    read(fold, reader, writer)
  }
  const rows = rowsOf(fold)
    .slice(5_001)
    .map((row) => JSON.parse(row))
  expect(rows.map(({ orderid }) => orderid)).toEqual(ids.flatMap((id) => [id, id, 'first-5000']))
  expect(rows[9].account).toBe('account-'.repeat(4))
})

test('events of one request have its id, and no others', () => {
  const [writer, fold] = [new LakeFeedWriter(), new LakeFold([BTCUSD])]
  const ids = ['r1', 'r1', undefined, 'r1', 'r2', undefined]
  for (const [i, id] of ids.entries()) writer.take(accepted(i + 1, 'o', 'ann', id))
  read(fold, new LakeFeedReader(), writer)
  const rows = rowsOf(fold)
    .slice(1)
    .map((row) => JSON.parse(row))
  expect(rows.map(({ requestid }) => requestid)).toEqual(ids)
})
