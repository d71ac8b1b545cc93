/** The contract of a feed of events. */

import { describe, expect, test } from 'vitest'
import type { BookReader } from '../../src/ports/book-reader.ts'
import type { EventFeed, FeedStart } from '../../src/ports/event-feed.ts'
import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { lots } from '../../src/protocol/units.ts'
import { placeOrder } from './sample-records.ts'

export interface FeedUnderTest {
  readonly feed: EventFeed
  readonly books: BookReader
  /** Resolves when the commands are matched. */
  submit(commands: readonly Command[]): Promise<unknown>
  close?(): Promise<unknown>
}

class Reading {
  readonly starts: FeedStart[] = []
  readonly batches: Event[][] = []
  /** Batches before the start. */
  misplaced = 0
  stop = (): void => {}

  static async of(feed: EventFeed): Promise<Reading> {
    const reading = new Reading()
    reading.stop = await feed.read({
      start: (start) => reading.starts.push(start),
      take: (batch) => {
        // A reader must not throw, so the test looks at this later.
        if (reading.starts.length !== 1) reading.misplaced++
        const events: Event[] = []
        const cursor = new EventFeedReader(batch)
        while (cursor.next()) events.push(eventOf(cursor))
        reading.batches.push(events)
      },
    })
    return reading
  }

  of(symbol: string): Event[] {
    expect([this.starts.length, this.misplaced]).toEqual([1, 0])
    return this.batches.flat().filter((event) => event.symbol === symbol)
  }

  startOf(symbol: string): { eventNumber: number; tradeNumber: number } {
    return this.starts[0].symbols.get(symbol) ?? { eventNumber: 0, tradeNumber: 0 }
  }
}

const buy = (id: string, more: Partial<PlaceOrder> = {}) => placeOrder(id, { side: 'BUY', quantity: lots(1), ...more })
const sell = (id: string, more: Partial<PlaceOrder> = {}) => buy(id, { side: 'SELL', account: 'bob', ...more })
const upFrom = (number: number, count: number) => Array.from({ length: count }, (_, i) => number + i + 1)

export function eventFeedContract(open: () => Promise<FeedUnderTest>): void {
  const tested = async (test: (opened: FeedUnderTest) => Promise<void>) => {
    const opened = await open()
    try {
      await test(opened)
    } finally {
      await opened.close?.()
    }
  }

  describe('a feed of events', () => {
    test('begins behind the last event and trade of each symbol, without a gap', () =>
      tested(async ({ feed, books, submit }) => {
        await submit([buy('before'), sell('traded')])
        const { eventNumber } = await books.book('BTCUSD', 1)
        const reading = await Reading.of(feed)
        expect(reading.startOf('BTCUSD')).toEqual({ eventNumber, tradeNumber: 1 })
        await submit([buy('a'), buy('b', { symbol: 'ETHUSD' })])
        await submit([sell('c'), sell('d', { symbol: 'ETHUSD' })])
        const numbers = reading.of('BTCUSD').map(({ number }) => number)
        expect(numbers).toEqual(upFrom(eventNumber, numbers.length))
        const trades = reading
          .of('BTCUSD')
          .flatMap((event) => (event.kind === 'TradeExecuted' ? event.tradeNumber : []))
        expect(trades).toEqual([2])
        const other = reading.startOf('ETHUSD').eventNumber
        expect(reading.of('ETHUSD').map(({ number }) => number)).toEqual(upFrom(other, 3))
        reading.stop()
      }))

    test('has the events of a command in one batch', () =>
      tested(async ({ feed, submit }) => {
        const reading = await Reading.of(feed)
        for (let i = 0; i < 20; i++) await submit([buy(`m-${i}`)])
        await submit([sell('sweep', { quantity: lots(20) })])
        const last = reading.batches.at(-1)?.map(({ kind }) => kind)
        expect(last).toEqual(['OrderAccepted', ...new Array<string>(20).fill('TradeExecuted')])
        expect(reading.batches.every((events) => events.length > 0)).toBe(true)
        reading.stop()
      }))

    test('starts each reader where it began, also while orders arrive', () =>
      tested(async ({ feed, submit }) => {
        const first = await Reading.of(feed)
        const orders: Promise<unknown>[] = []
        const readings: Promise<Reading>[] = []
        for (let i = 0; i < 400; i++) {
          orders.push(submit([buy(`o-${i}`)]))
          if (i % 10 > 0) continue
          // Requests and batches cross each other.
          await new Promise(setImmediate)
          readings.push(Reading.of(feed))
        }
        await Promise.all(orders)
        const later = await Promise.all(readings)
        await submit([buy('last')])
        for (const reading of later) {
          const { eventNumber } = reading.startOf('BTCUSD')
          expect(reading.of('BTCUSD')).toEqual(first.of('BTCUSD').filter(({ number }) => number > eventNumber))
          expect(reading.starts[0].position >= first.starts[0].position).toBe(true)
        }
        for (const reading of [first, ...later]) reading.stop()
      }))

    test('joins a state that is read after its start', () =>
      tested(async ({ feed, books, submit }) => {
        const orders = Array.from({ length: 30 }, (_, i) => submit([buy(`o-${i}`)]))
        const reading = await Reading.of(feed)
        const more = Array.from({ length: 30 }, (_, i) => submit([buy(`p-${i}`)]))
        const state = await books.book('BTCUSD', 1)
        await Promise.all([...orders, ...more])
        const end = await books.book('BTCUSD', 1)
        expect(state.eventNumber).toBeGreaterThanOrEqual(reading.startOf('BTCUSD').eventNumber)
        const missing = reading.of('BTCUSD').filter(({ number }) => number > state.eventNumber)
        expect(missing.map(({ number }) => number)).toEqual(upFrom(state.eventNumber, missing.length))
        // Every order rests alone: the state and the events that it lacks give the end.
        expect((state.bids[0]?.quantity ?? 0) + missing.length).toBe(end.bids[0].quantity)
        expect(state.eventNumber + missing.length).toBe(end.eventNumber)
        reading.stop()
      }))

    test('ends for one reader and goes on for the others', () =>
      tested(async ({ feed, submit }) => {
        const [stopped, other] = await Promise.all([Reading.of(feed), Reading.of(feed)])
        await submit([buy('a')])
        stopped.stop()
        stopped.stop()
        await submit([buy('b')])
        other.stop()
        await submit([buy('c')])
        const again = await Reading.of(feed)
        await submit([buy('d')])
        const ids = [stopped, other, again].map((reading) =>
          reading.of('BTCUSD').map((event) => 'orderId' in event && event.orderId),
        )
        expect(ids).toEqual([['a'], ['a', 'b'], ['d']])
        again.stop()
      }))
  })
}
