/** Known faults of other engines, and the limits of this one. */

import { describe, expect, it } from 'vitest'
import { BrokenInvariant } from '../protocol/assert.ts'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../protocol/limits.ts'
import { BUY, GOOD_TILL_DATE, MARKET, SELL } from '../protocol/order/order-options.ts'
import { adoptRules, changePhase, closeInstrument, reopen, setBand } from './book-control.ts'
import { ACCEPTED, CANCELED, EventBuffer, INSTRUMENT_CLOSED, REJECTED, TRADE } from './event-buffer.ts'
import { checkBook } from './invariants.ts'
import { OrderBook } from './order-book.ts'
import { CLOSED, CONTINUOUS } from './phase-rules.ts'
import type { PriceLadder } from './price-ladder.ts'
import { ENGINE_REASONS } from './reasons.ts'

const GTC = 0
const limit = (book: OrderBook, side: number, price: number, quantity: number): number =>
  book.place(GTC | side, price, quantity, 1, 0)

function volume(ladder: PriceLadder): number {
  let lots = 0
  for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) lots += ladder.doubles[(level << 1) + 1]
  return lots
}

describe('the book', () => {
  it('leaves no remainder when 0.1 and 0.2 are sold and 0.3 is bought, because lots are integers', () => {
    const book = new OrderBook()
    limit(book, SELL, 100, 1)
    limit(book, SELL, 100, 2)
    expect(limit(book, BUY, 100, 3)).toBe(0)
    expect([book.orders.count, book.asks.levelCount, book.bids.levelCount]).toEqual([0, 0, 0])
    checkBook(book)
  })

  it('keeps the volume of a side correct after partial fills and a cancel', () => {
    const book = new OrderBook()
    const first = limit(book, SELL, 100, 10)
    limit(book, SELL, 101, 20)
    limit(book, BUY, 100, 4)
    expect(volume(book.asks)).toBe(26)
    book.cancel(first)
    expect(volume(book.asks)).toBe(20)
    limit(book, BUY, 101, 5)
    expect(volume(book.asks)).toBe(15)
    checkBook(book)
  })

  it('rests only the remainder of a partially filled taker', () => {
    const book = new OrderBook()
    limit(book, SELL, 100, 4)
    const rest = limit(book, BUY, 100, 10)
    expect(volume(book.bids)).toBe(6)
    expect(book.bids.priceOf(book.bids.bestKey)).toBe(100)
    book.events.clear()
    book.cancel(rest)
    expect(book.events.quantity(0)).toBe(6)
  })

  it('removes empty levels and reuses their memory', () => {
    const book = new OrderBook()
    for (let price = 1; price < 2_000_000; price += 997) {
      book.cancel(limit(book, BUY, price, 1))
      book.events.clear()
    }
    expect(book.bids.levelCount).toBe(0)
    expect(book.bids.bytes).toBeLessThan(20_000)
    checkBook(book)
  })

  it('has prices from 1 to 2^31 − 1 at a few kilobytes for each range of prices in use', () => {
    const book = new OrderBook()
    limit(book, BUY, 1, 1)
    limit(book, BUY, 1_000_000_000, 1)
    limit(book, SELL, PRICE_TICKS_MAX, 1)
    checkBook(book)
    expect(book.bids.bytes + book.asks.bytes).toBeLessThan(64 * 1024)
    book.place(MARKET | SELL, 0, 2, 1, 0)
    book.place(MARKET | BUY, 0, 1, 1, 0)
    expect(book.orders.count).toBe(0)
    expect(book.lastTradePrice).toBe(PRICE_TICKS_MAX)
  })

  it('keeps level sums exact up to 2^53 − 1 lots, and cancels an order that would exceed them', () => {
    const book = new OrderBook()
    limit(book, BUY, 5, QUANTITY_LOTS_MAX - 1)
    limit(book, BUY, 5, 1)
    expect(volume(book.bids)).toBe(QUANTITY_LOTS_MAX)
    book.events.clear()
    expect(limit(book, BUY, 5, 1)).toBe(0)
    expect(book.events.kind(1)).toBe(CANCELED)
    expect(ENGINE_REASONS[book.events.reason(1)]).toBe('level_full')
    checkBook(book)
  })

  it('rejects an order when it is full, and accepts one again after a cancel', () => {
    const book = new OrderBook(new EventBuffer(), 2)
    const first = limit(book, BUY, 5, 1)
    limit(book, BUY, 5, 1)
    book.events.clear()
    limit(book, BUY, 5, 1)
    expect(book.events.kind(0)).toBe(REJECTED)
    expect(ENGINE_REASONS[book.events.reason(0)]).toBe('book_full')
    book.cancel(first)
    expect(limit(book, BUY, 5, 1)).toBeGreaterThan(0)
  })

  it('loses no event when one command overflows its buffer', () => {
    const book = new OrderBook(new EventBuffer(4))
    for (let i = 0; i < 50; i++) limit(book, SELL, 100, 1)
    book.events.clear()
    book.place(MARKET | BUY, 0, 50, 1, 0)
    const trades = Array.from({ length: book.events.count }, (_, i) => book.events.kind(i)).filter((k) => k === TRADE)
    expect(trades.length).toBe(50)
  })

  it('expires orders by expiry time, then by entry, when time moves', () => {
    const book = new OrderBook()
    book.begin(1, 1_000)
    const late = book.place(GOOD_TILL_DATE | BUY, 5, 1, 1, 1_200)
    const early = book.place(GOOD_TILL_DATE | BUY, 5, 1, 1, 1_100)
    const tied = book.place(GOOD_TILL_DATE | SELL, 9, 1, 1, 1_200)
    book.events.clear()
    book.begin(2, 1_099)
    expect(book.events.count).toBe(0)
    book.begin(3, 1_200)
    expect([0, 1, 2].map((i) => book.events.order(i))).toEqual([early, late, tied])
    book.begin(4, 900)
    expect(book.timestampMs).toBe(1_200)
    checkBook(book)
  })

  it('moves an order to the back of the queue if its amendment changes nothing, and accepts prices on the band', () => {
    const book = new OrderBook()
    const first = limit(book, BUY, 5, 1)
    const second = limit(book, BUY, 5, 1)
    setBand(book, 5, 5)
    expect(book.amend(first, 5, 1)).toBe(first)
    expect(book.orders.count).toBe(2)
    book.events.clear()
    limit(book, SELL, 5, 1)
    expect(book.events.order(1)).toBe(second)
    checkBook(book)
  })

  it('reports no cause for an expiry before a command, and the own entry for an order that has expired at entry', () => {
    const book = new OrderBook()
    book.begin(1, 10)
    const first = book.place(BUY | GOOD_TILL_DATE, 90, 5, 1, 20)
    book.begin(2, 20)
    book.place(BUY | GOOD_TILL_DATE, 91, 5, 1, 20)
    const told = Array.from({ length: book.events.count }, (_, i) => [book.events.kind(i), book.events.sequence(i)])
    expect(told).toEqual([
      [ACCEPTED, 1],
      [CANCELED, 0],
      [ACCEPTED, 2],
      [CANCELED, 2],
    ])
    expect(book.isOpen(first)).toBe(false)
  })

  it('emits INSTRUMENT_CLOSED before it cancels the orders, bids first, best first', () => {
    const book = new OrderBook()
    const handles = [
      limit(book, SELL, 101, 1),
      limit(book, SELL, 100, 1),
      limit(book, BUY, 90, 1),
      limit(book, BUY, 91, 1),
      limit(book, BUY, 91, 2),
    ]
    expect(handles.map((handle) => [book.isOpen(handle), book.priceOf(handle)])).toEqual(
      [101, 100, 90, 91, 91].map((price) => [true, price]),
    )
    expect(book.quantityOf(handles[4])).toBe(2)
    book.events.clear()
    book.begin(7, 0)
    closeInstrument(book)
    const { events } = book
    expect([events.kind(0), events.sequence(0), book.phase]).toEqual([INSTRUMENT_CLOSED, 7, CLOSED])
    const canceled = Array.from({ length: events.count - 1 }, (_, i) => events.order(i + 1))
    expect(canceled).toEqual([handles[3], handles[4], handles[2], handles[1], handles[0]])
    for (let i = 1; i < events.count; i++) {
      expect([events.kind(i), ENGINE_REASONS[events.reason(i)]]).toEqual([CANCELED, 'instrument_closed'])
    }
    checkBook(book)
    expect(limit(book, BUY, 90, 1)).toBe(0)
    reopen(book)
    expect(limit(book, BUY, 90, 1)).not.toBe(0)
  })

  it('throws for unknown rules and an unknown phase', () => {
    const book = new OrderBook()
    expect(() => adoptRules(book, 3)).toThrow(BrokenInvariant)
    expect(() => changePhase(book, 9)).toThrow(BrokenInvariant)
    expect([book.rules, book.phase]).toEqual([1, CONTINUOUS])
  })

  it('throws for an invalid band', () => {
    const book = new OrderBook()
    for (const [low, high] of [
      [0, 5],
      [6, 5],
      [1, PRICE_TICKS_MAX + 1],
    ]) {
      expect(() => setBand(book, low, high)).toThrow(BrokenInvariant)
    }
  })

  it('throws for a cancel of an order that is not open', () => {
    const book = new OrderBook()
    const handle = limit(book, BUY, 5, 1)
    book.cancel(handle)
    expect(() => book.cancel(handle)).toThrow(BrokenInvariant)
  })
})
