/**
 * What operators change in a book: its phase, rules and price band, and the end of trading. Each function follows
 * {@link OrderBook.begin}, as every command does. These commands are rare; order-book.ts has the frequent ones.
 */

import { invariant } from '../protocol/assert.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import { BAND_SET, CONTROL_REJECTED, INSTRUMENT_CLOSED, PHASE_CHANGED, RULES_ADOPTED } from './event-buffer.ts'
import type { OrderBook } from './order-book.ts'
import { NEXT, WORDS_LOG2 } from './order-pool.ts'
import { CLOSED, CONTINUOUS } from './phase-rules.ts'
import type { PriceLadder } from './price-ladder.ts'
import { INSTRUMENT_CLOSED_REASON, PHASE_UNCHANGED, PRICE_OUTSIDE_BAND, RULES_NOT_NEWER } from './reasons.ts'

/** Changes the trading phase: PHASE_CHANGED, or CONTROL_REJECTED with phase_unchanged. */
export function changePhase(book: OrderBook, phase: number): void {
  if (phase === book.phase) {
    rejectControl(book, PHASE_UNCHANGED)
    return
  }
  book.follow(book.rules, phase)
  book.events.emit(PHASE_CHANGED, 0, 0, phase, 0, book.sequence)
}

/**
 * Adopts a newer version of the rules: RULES_ADOPTED, or CONTROL_REJECTED with rules_not_newer. Asserts that this
 * program supports the version.
 */
export function adoptRules(book: OrderBook, rules: number): void {
  if (rules <= book.rules) {
    rejectControl(book, RULES_NOT_NEWER)
    return
  }
  book.follow(rules, book.phase)
  book.events.emit(RULES_ADOPTED, 0, 0, rules, 0, book.sequence)
}

/**
 * Ends trading: INSTRUMENT_CLOSED, which sets the phase to CLOSED, then CANCELED, instrument_closed, for every
 * resting order, bids first, best first. Cost O(orders).
 */
export function closeInstrument(book: OrderBook): void {
  book.follow(book.rules, CLOSED)
  book.events.emit(INSTRUMENT_CLOSED, 0, 0, 0, 0, book.sequence)
  for (const ladder of [book.bids, book.asks]) {
    while (ladder.bestLevel !== 0) cancelLevel(book, ladder, ladder.bestLevel, INSTRUMENT_CLOSED_REASON)
  }
}

/** Sets CONTINUOUS again after {@link closeInstrument}. No event: the caller's InstrumentDefined reports it. */
export function reopen(book: OrderBook): void {
  book.follow(book.rules, CONTINUOUS)
}

/** Emits CONTROL_REJECTED for an operator command. */
export function rejectControl(book: OrderBook, reason: number): void {
  book.events.emit(CONTROL_REJECTED | (reason << 16), 0, 0, 0, 0, book.sequence)
}

/**
 * Sets the price band to `low` … `high` ticks: BAND_SET (price = low, quantity = high), then CANCELED,
 * price_outside_band, for every resting order outside, bids first, best first. Therefore no trade has a price
 * outside the band. Cost O(levels + orders canceled).
 */
export function setBand(book: OrderBook, low: number, high: number): void {
  invariant(low >= 1 && low <= high && high <= PRICE_TICKS_MAX, `band ${low} … ${high}`)
  book.bandLow = low
  book.bandHigh = high
  book.events.emit(BAND_SET, 0, 0, low, high, book.sequence)
  for (const ladder of [book.bids, book.asks]) {
    for (let level = ladder.bestLevel; level !== 0; ) {
      const nextLevel = ladder.next(level)
      const price = ladder.priceOfLevel(level)
      if (price < low || price > high) cancelLevel(book, ladder, level, PRICE_OUTSIDE_BAND)
      level = nextLevel
    }
  }
}

/** Cancels the orders of a level, oldest first. */
function cancelLevel(book: OrderBook, ladder: PriceLadder, level: number, reason: number): void {
  for (let handle = ladder.words[level << 2]; handle !== 0; ) {
    const next = book.orders.words[(handle << WORDS_LOG2) + NEXT]
    book.cancel(handle, reason)
    handle = next
  }
}
