/**
 * Records are folds of events, and of nothing else: the bytes of the feed alone, decoded somewhere else, give
 * the same trades and the same closed orders as the exchange keeps; and each event, decoded, is the event.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrderFold, type RecordSink } from '../src/orders/order-fold.ts'
import type { EventCursor } from '../src/protocol/event/event-cursor.ts'
import { EventFeedReader, EventFeedWriter, NotAFeed } from '../src/protocol/event/event-feed.ts'
import { eventOf } from '../src/protocol/event/event-of.ts'
import type { Event } from '../src/protocol/event/events.ts'
import type { OrderRecord, TradeRecord } from '../src/protocol/records.ts'
import { ExchangeState } from '../src/recovery/exchange-state.ts'
import { randomHistory } from './contracts/random-history.ts'

class Records implements RecordSink {
  readonly orders: OrderRecord[] = []
  readonly trades: TradeRecord[] = []
  changed(): void {}
  closed(record: OrderRecord): void {
    this.orders.push(record)
  }
  traded(record: TradeRecord): void {
    this.trades.push(record)
  }
}

/** The fold of a reader that has the events and nothing else. */
function foldElsewhere(batches: readonly Uint8Array[]): { records: Records; events: Event[] } {
  const records = new Records()
  const fold = new OrderFold(records, () => {
    return { orderIds: [], accountOf: () => '', accountNumber: () => 0, newestOf: () => 0, olderThan: () => 0 }
  })
  const events: Event[] = []
  for (const batch of batches) {
    // A batch arrives in memory of its own, at any offset.
    const moved = new Uint8Array(batch.length + 3).fill(7)
    moved.set(batch, 3)
    const event = new EventFeedReader(moved.subarray(3))
    while (event.next()) {
      fold.take(event)
      events.push(eventOf(event))
    }
  }
  return { records, events }
}

test('the bytes of the feed give the same events and records as matching', () => {
  fc.assert(
    fc.property(randomHistory, fc.integer({ min: 1, max: 9 }), (history, flushEvery) => {
      const state = new ExchangeState()
      const writer = new EventFeedWriter()
      const live: Event[] = []
      const batches: Uint8Array[] = []
      const watcher = {
        take(event: EventCursor) {
          writer.take(event)
          live.push(eventOf(event))
        },
      }
      for (const [i, record] of history.entries()) {
        state.apply(record, watcher)
        if (i % flushEvery === 0) batches.push(writer.flush() ?? new EventFeedWriter().batch())
      }
      batches.push(writer.batch())
      const { records, events } = foldElsewhere(batches)
      expect(events).toStrictEqual(live)
      const commit = state.takeCommit()
      expect(records.orders).toStrictEqual(commit?.orders)
      expect(records.trades).toStrictEqual(commit?.trades)
    }),
    { numRuns: 200 },
  )
})

test('events are numbered from 1 without gaps, in each symbol', () => {
  fc.assert(
    fc.property(randomHistory, (history) => {
      const state = new ExchangeState()
      const next = new Map<string, number>()
      for (const record of history) {
        state.apply(record, {
          take({ symbol, number }) {
            expect(number).toBe((next.get(symbol) ?? 0) + 1)
            next.set(symbol, number)
          },
        })
      }
    }),
    { numRuns: 50 },
  )
})

test('bytes that are no batch are refused', () => {
  const writer = new EventFeedWriter()
  new ExchangeState().apply(
    {
      position: '1',
      timestampMs: 1,
      commands: [{ kind: 'CancelOrder', symbol: 'BTCUSD', account: 'a', orderId: 'x' }],
    },
    writer,
  )
  const batch = writer.batch()
  const whole = new EventFeedReader(batch)
  expect([whole.next(), whole.kind, whole.orderId, whole.next()]).toEqual([true, 'CancelRejected', 'x', false])
  for (let length = 0; length < batch.length; length++) {
    if (length === 4) continue
    expect(() => new EventFeedReader(batch.slice(0, length)).next(), `${length} bytes`).toThrow(NotAFeed)
  }
  const other = batch.slice()
  other[3] = 0x32
  const unknown = 'the batch of events has version 2; this program supports version 1.'
  expect(() => new EventFeedReader(other)).toThrow(
    expect.objectContaining({ name: 'UnknownVersion', message: expect.stringContaining(unknown) }),
  )
  other[3] = 0x41
  expect(() => new EventFeedReader(other)).toThrow(NotAFeed)
  // Whatever a byte becomes, the reader ends, and throws nothing else.
  for (let at = 4; at < batch.length; at++) {
    for (const value of [0, 1, 0x7b, 200, 255]) {
      const spoiled = batch.slice()
      spoiled[at] = value
      try {
        const event = new EventFeedReader(spoiled)
        while (event.next());
      } catch (cause) {
        expect(cause, `byte ${at} is ${value}`).toBeInstanceOf(NotAFeed)
      }
    }
  }
  const unknownKind = batch.slice()
  unknownKind[8] = 200
  expect(() => new EventFeedReader(unknownKind).next()).toThrow(NotAFeed)
})
