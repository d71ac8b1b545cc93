/**
 * The levels that are folded from the feed equal those of the exchange after every batch: price, quantity and number of
 * orders, for every kind of command. A book that joins at any command continues equal.
 */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { JoiningBooks } from '../../src/adapters/embedded/threads/market/joining-books.ts'
import { BookView } from '../../src/marketdata/book-view.ts'
import { DepthBook } from '../../src/marketdata/depth-book.ts'
import { levelAt } from '../../src/marketdata/level-block.ts'
import { NUMBERS_PER_LEVEL, type WholeDepth } from '../../src/ports/depth-reader.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { market, timedCommands } from '../model/command-arbitrary.ts'
import { FedExchange, foldBatch } from './fed-exchange.ts'
import { MapBook } from './map-book.ts'

const RUN = { minLength: 1, maxLength: 250 }
const batchSizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40, size: 'max' })
const ALL = Number.POSITIVE_INFINITY

test('the folded book equals the book of the exchange after every batch, and so does one that joins later', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(market, timedCommands(RUN), batchSizes, fc.nat(RUN.maxLength), (market, commands, sizes, joinAt) => {
      const fed = new FedExchange(market)
      const book = new DepthBook()
      let joined: DepthBook | undefined
      let left = sizes[0]
      for (const [i, { command, timestampMs }] of commands.entries()) {
        if (i === joinAt) {
          // In the middle of a batch: the events of the batch before this state come again.
          joined = new DepthBook()
          joined.restore(fed.state())
        }
        fed.apply(command, timestampMs)
        if (--left > 0 && i < commands.length - 1) continue
        left = sizes[i % sizes.length]
        const batch = fed.takeBatch()
        const expected = fed.levels()
        for (const one of joined === undefined ? [book] : [book, joined]) {
          foldBatch(batch, one)
          one.settle()
          expect(one.top(ALL)).toEqual(expected)
          expect(one.eventNumber).toBe(fed.eventNumber)
          expect(one.phase).toBe(fed.exchange.book().phase)
        }
        foldBatch(batch, { take: (event) => seen.add(featureOf(event)) })
      }
    }),
    { numRuns: 200 },
  )
  // The runs must contain every way in which an order leaves the book or moves in it.
  for (const feature of FEATURES) expect(seen, feature).toContain(feature)
})

test('a book that is read in parts is whole at the last part, whatever happens between them', () => {
  let parts = 0
  fc.assert(
    fc.property(
      market,
      timedCommands(RUN),
      fc.nat(RUN.maxLength),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 3 }),
      (market, commands, joinAt, levelsPerPart, commandsPerPart) => {
        const fed = new FedExchange(market)
        const books = new JoiningBooks()
        const { symbol } = market
        let left = commands.length
        const apply = (): void => {
          if (left === 0) return
          const { command, timestampMs } = commands[commands.length - left--]
          fed.apply(command, timestampMs)
          books.takeEvents(fed.takeBatch())
        }
        while (commands.length - left < joinAt && left > 0) apply()
        const reading = fed.readDepth((part) => books.take(symbol, part), levelsPerPart)
        let step = reading.next()
        for (; step.done !== true; step = reading.next()) {
          parts++
          for (let i = 0; i < commandsPerPart; i++) apply()
        }
        const { bids, asks, eventNumber, phase } = books.end(symbol, step.value) as WholeDepth
        const expected = fed.levels()
        expect({ bids: levelsOf(bids), asks: levelsOf(asks) }).toEqual(expected)
        expect([eventNumber, phase]).toEqual([fed.eventNumber, fed.exchange.book().phase])
      },
    ),
    { numRuns: 300 },
  )
  expect(parts).toBeGreaterThan(300)
})

const levelsOf = (numbers: Float64Array) =>
  Array.from({ length: numbers.length / NUMBERS_PER_LEVEL }, (_, i) => levelAt(numbers, i))

const FEATURES = [
  'TradeExecuted',
  'OrderAmended true',
  'OrderAmended false',
  'InstrumentClosed',
  'InstrumentDefined',
  'PhaseChanged',
  ...[
    'requested',
    'cancel_all',
    'immediate_or_cancel',
    'fill_or_kill',
    'no_liquidity',
    'self_trade',
    'expired',
    'price_outside_band',
    'instrument_closed',
    'level_full',
  ].map((reason) => `OrderCanceled ${reason}`),
]

function featureOf({ kind, reason, priorityKept }: EventCursor): string {
  if (kind === 'OrderCanceled') return `${kind} ${reason}`
  return kind === 'OrderAmended' ? `${kind} ${priorityKept}` : kind
}

test('the changes of a view keep a follower at exactly the best levels, whatever the depth', () => {
  fc.assert(
    fc.property(market, timedCommands(RUN), batchSizes, (market, commands, sizes) => {
      const fed = new FedExchange(market)
      const book = new DepthBook()
      const views = [1, 3, 10].map((depth) => ({ view: new BookView(depth), follower: new MapBook() }))
      let left = sizes[0]
      for (const [i, { command, timestampMs }] of commands.entries()) {
        fed.apply(command, timestampMs)
        if (--left > 0) continue
        left = sizes[i % sizes.length]
        foldBatch(fed.takeBatch(), book)
        book.settle()
        const { bids, asks } = fed.levels()
        for (const { view, follower } of views) {
          const changes = view.update(book)
          follower.apply(changes)
          const expected = { bids: bids.slice(0, view.depth), asks: asks.slice(0, view.depth) }
          expect(follower.sides()).toEqual(expected)
          expect(view.sides).toEqual(expected)
          expect(view.update(book)).toEqual({ bids: [], asks: [] })
        }
      }
    }),
    { numRuns: 80 },
  )
})
