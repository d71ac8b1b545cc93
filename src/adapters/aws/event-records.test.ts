/** Records of the stream of events: what is written is read, in parts of a bounded size, and nothing else is accepted. */

import { expect, test } from 'vitest'
import { feedOf } from '../../../test/contracts/sample-feed.ts'
import type { SymbolEvents } from '../../ports/event-record.ts'
import { batchParts } from '../../protocol/event/batch-parts.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import { eventOf } from '../../protocol/event/event-of.ts'
import { eventRecords, joinRecord, readEventRecord, wakeRecord } from './event-records.ts'

const accepted = (number: number): Partial<EventCursor> => ({
  kind: 'OrderAccepted',
  symbol: 'BTCUSD',
  number,
  account: 'ann',
  orderId: `order-${number}`,
  price: 100,
  quantity: number,
  handle: number,
})
const traded = (number: number, tradeNumber: number): Partial<EventCursor> => ({
  ...accepted(number),
  kind: 'TradeExecuted',
  tradeNumber,
  takerAccount: 'bob',
  takerOrderId: 't',
})

function eventsIn(batch: Uint8Array): unknown[] {
  const events: unknown[] = []
  const event = new EventFeedReader(batch)
  while (event.next()) events.push(eventOf(event))
  return events
}

test('a record of events has their numbers and the trades among them', () => {
  const batch = feedOf([accepted(7), traded(8, 3), accepted(9), traded(10, 4)]) as Uint8Array
  const [record] = eventRecords(batch).map((data) => readEventRecord('BTCUSD', data))
  expect(record).toMatchObject({ kind: 'events', symbol: 'BTCUSD', firstEvent: 7, lastEvent: 10 })
  const { trades } = record as SymbolEvents
  expect(trades.map(({ tradeNumber, eventNumber }) => [tradeNumber, eventNumber])).toEqual([
    [3, 8],
    [4, 10],
  ])
})

test('a batch is split at events, and the parts have the same events', () => {
  const events = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? traded(i + 1, i) : accepted(i + 1)))
  const batch = feedOf(events) as Uint8Array
  for (const bytesMax of [1, 200, 1_000, batch.length - 1]) {
    const parts = batchParts(batch, bytesMax)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) {
      if (bytesMax > 200) expect(part.length).toBeLessThanOrEqual(bytesMax)
      expect(readEventRecord('BTCUSD', part).kind).toBe('events')
    }
    expect(parts.flatMap(eventsIn)).toEqual(eventsIn(batch))
  }
  expect(batchParts(batch, batch.length)).toEqual([batch])
})

test('a request to join is read as it was written', () => {
  const join = { symbol: 'BTCUSD', connectionId: 'L0SM9cOFvHcCIhw=', topic: 'book BTCUSD 10' }
  expect(readEventRecord('BTCUSD', joinRecord(join))).toEqual({ kind: 'join', ...join })
})

test('a wake is read as it was written, and is a join of nobody for a program that knows none', () => {
  const wakes = [{ symbol: 'BTCUSD' }, { symbol: 'BTCUSD', account: 'alice' }]
  expect(wakes.map((wake) => readEventRecord('BTCUSD', wakeRecord(wake)))).toEqual(
    wakes.map((wake) => ({ kind: 'wake', ...wake })),
  )
  const { join } = JSON.parse(Buffer.from(wakeRecord(wakes[1] as (typeof wakes)[1])).toString())
  expect(join).toEqual({ symbol: 'BTCUSD', connectionId: '', topic: 'orders alice' })
})

test.each([
  ['no bytes', new Uint8Array()],
  ['other bytes', Buffer.from('BXE4 and more than twelve bytes')],
  ['half a batch', feedOf([accepted(1)])?.subarray(0, 40)],
  ['a gap in the numbers', feedOf([accepted(1), accepted(3)])],
  ['events of another symbol', feedOf([{ ...accepted(1), symbol: 'ETHUSD' }])],
  ['a line that is no request', Buffer.from('{"leave":{}}\n')],
  ['a request for another symbol', joinRecord({ symbol: 'ETHUSD', connectionId: 'a', topic: 'ticker ETHUSD' })],
])('a record that cannot be read keeps its symbol: %s', (_, data) => {
  expect(readEventRecord('BTCUSD', data as Uint8Array)).toMatchObject({ kind: 'unreadable', symbol: 'BTCUSD' })
})

test('a record has the events of one UTC day', () => {
  const midnight = Date.UTC(2026, 10, 27)
  const at = [-2, -1, 0, 1, 86_400_000].map((ms) => midnight + ms)
  const batch = feedOf(at.map((timestampMs, i) => ({ ...accepted(i + 1), timestampMs }))) as Uint8Array
  const records = eventRecords(batch).map((data) => readEventRecord('BTCUSD', data) as SymbolEvents)
  expect(records.map(({ firstEvent, lastEvent }) => [firstEvent, lastEvent])).toEqual([
    [1, 2],
    [3, 4],
    [5, 5],
  ])
  expect(eventRecords(batch).flatMap(eventsIn)).toEqual(eventsIn(batch))
  const ofADay = feedOf([accepted(1), accepted(2)]) as Uint8Array
  expect(eventRecords(ofADay)).toEqual([ofADay])
})
