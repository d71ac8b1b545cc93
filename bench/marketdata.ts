/**
 * `npm run bench -- marketdata`: what the folds of market data cost. The candles run on the thread that matches, so
 * their cost for each trade matters most. Times are processor times of this process, because the machine may be busy;
 * each row is the median of the rounds.
 */

import { bookChecksum } from '../src/marketdata/book-checksum.ts'
import { BookFollower } from '../src/marketdata/book-follower.ts'
import type { BookLevel, LevelText } from '../src/marketdata/book-level.ts'
import { BookView } from '../src/marketdata/book-view.ts'
import { CandleFold } from '../src/marketdata/candle-fold.ts'
import { DepthBook } from '../src/marketdata/depth-book.ts'
import { SymbolMatcher } from '../src/matcher/symbol-matcher.ts'
import type { EventCursor } from '../src/protocol/event/event-cursor.ts'
import { EventFeedReader } from '../src/protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../src/protocol/event/event-feed-writer.ts'
import { DEMO_INSTRUMENTS } from '../src/protocol/instrument/instrument.ts'
import { lots, ticks } from '../src/protocol/units.ts'
import { median } from './engine/compare.ts'
import { type Random, randomFrom } from './engine/random.ts'
import { processorTimes } from './processor-time.ts'

export interface MarketDataRow {
  readonly what: string
  readonly ns: number
  readonly min: number
  readonly max: number
}

/** Uncommitted events at which a commit starts: the candles that have changed are read then. */
const TRADES_OF_COMMIT = 10_000
const START_MS = 1_767_603_630_000

export function benchMarketData({ tiny, rounds }: { tiny: boolean; rounds: number }): MarketDataRow[] {
  const size = tiny ? 2_000 : 1_000_000
  const batches = feedOfOrders(tiny ? 2_000 : 200_000)
  const book = new DepthBook()
  const events = fold(batches, book)
  const looks = tiny ? 10 : 2_000
  return [
    row('candles: a trade, 100 in a millisecond', rounds, size, () => candles(size, 100)),
    row('candles: a trade, one in a millisecond', rounds, size, () => candles(size, 1)),
    row('candles: a trade, one in a minute', rounds, size / 10, () => candles(size / 10, 1 / 60_000)),
    row('feed: an event decoded', rounds, events, () => fold(batches, { take: () => {} })),
    row('feed: an event decoded and encoded', rounds, events, () => encodeAgain(batches)),
    row('feed: an event decoded and folded into the depth', rounds, events, () => fold(batches, new DepthBook())),
    ...[10, 100, 1000].map((depth) =>
      row(`view of ${depth} levels: an update`, rounds, looks, () => {
        const view = new BookView(depth)
        for (let i = 0; i < looks; i++) view.update(book)
      }),
    ),
    row('follower of 1000 levels: an update of 10 levels, from text', rounds, looks, () => follow(book, looks)),
    row('checksum of 20 levels', rounds, looks, () => {
      const { bids, asks } = book.top(10)
      const texts = { bids: bids.map(textOf), asks: asks.map(textOf) }
      for (let i = 0; i < looks; i++) bookChecksum(texts.bids, texts.asks)
    }),
  ]
}

function row(what: string, rounds: number, count: number, run: () => void): MarketDataRow {
  const times = processorTimes(rounds, count, run)
  const rounded = (ns: number) => Math.round(ns * 10) / 10
  return { what, ns: rounded(median(times)), min: rounded(times[0]), max: rounded(times[times.length - 1]) }
}

/** Folds trades of a real instrument: some quote volumes are beyond 2^52. */
function candles(count: number, perMs: number): void {
  const fold = new CandleFold()
  const random = randomFrom(5)
  const trade = { tradeNumber: 0, price: 0, quantity: 0, timestampMs: 0 }
  let read = 0
  for (let i = 0; i < count; i++) {
    trade.tradeNumber = i + 1
    trade.price = 5_000_000 + random.below(1_000)
    trade.quantity = 1 + random.below(1_500_000_000)
    trade.timestampMs = START_MS + Math.floor(i / perMs)
    fold.take(trade)
    if (trade.tradeNumber % TRADES_OF_COMMIT === 0) read += fold.changed().length
  }
  if (read + fold.changed().length === 0) throw new Error('no candles')
}

function fold(batches: readonly Uint8Array[], book: { take(event: EventCursor): void; settle?(): void }): number {
  let events = 0
  for (const batch of batches) {
    for (const event = new EventFeedReader(batch); event.next(); events++) book.take(event)
    book.settle?.()
  }
  return events
}

function encodeAgain(batches: readonly Uint8Array[]): void {
  const writer = new EventFeedWriter()
  for (const batch of batches) {
    fold([batch], writer)
    writer.clear()
  }
}

/** Applies updates of levels between the best and the worst, each parsed from its text. */
function follow(book: DepthBook, updates: number): void {
  const follower = new BookFollower(1000)
  const { bids: best, asks: worst } = book.top(1000)
  const bids = best.map(textOf)
  const asks = worst.map(textOf)
  const checksum = bookChecksum(bids, asks)
  follower.apply({ type: 'snapshot', sequence: 0, bids, asks, checksum })
  for (let i = 1; i <= updates; i++) {
    const changed = Array.from({ length: 5 }, (_, n) => bids[50 + ((i + n * 150) % (bids.length - 50))])
    const moved = Array.from({ length: 5 }, (_, n) => asks[50 + ((i + n * 150) % (asks.length - 50))])
    const text = JSON.stringify({ type: 'update', from: i, to: i, bids: changed, asks: moved, checksum })
    if (follower.apply(JSON.parse(text)) !== 'applied') throw new Error('the update was not applied')
  }
}

/** The feed of orders that rest, trade and are canceled around a price, in batches of 500 commands. */
function feedOfOrders(count: number): Uint8Array[] {
  const matcher = new SymbolMatcher(DEMO_INSTRUMENTS[0].symbol)
  matcher.instrument = DEMO_INSTRUMENTS[0]
  const feed = new EventFeedWriter()
  const random = randomFrom(7)
  const resting: string[] = []
  const batches: Uint8Array[] = []
  for (let i = 1; i <= count; i++) {
    const common = { symbol: matcher.symbol, account: 'a' }
    if (random.below(10) < 4 && resting.length > 0) {
      const [orderId] = resting.splice(random.below(resting.length), 1)
      matcher.apply({ kind: 'CancelOrder', ...common, orderId }, START_MS + i, feed)
    } else {
      const orderId = `order-${i}`
      matcher.apply({ ...common, ...orderAt(random), orderId }, START_MS + i, feed)
      resting.push(orderId)
    }
    if (i % 500 === 0 || i === count) batches.push(feed.batch())
    if (i % 500 === 0) feed.clear()
  }
  return batches
}

function orderAt(random: Random) {
  const side = random.below(2) === 0 ? ('BUY' as const) : ('SELL' as const)
  const distance = random.below(2_000) - 40
  const price = ticks(5_000_000 + (side === 'BUY' ? -distance : distance))
  const quantity = lots(1 + random.below(1_000_000_000))
  return { kind: 'PlaceOrder' as const, side, type: 'LIMIT' as const, timeInForce: 'GTC' as const, price, quantity }
}

const textOf = ({ price, quantity, orders }: BookLevel): LevelText => [String(price), String(quantity), orders]
