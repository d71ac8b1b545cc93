/** The public view of a book, read from the engine. */

import type { OrderBook } from '../engine/order-book.ts'
import type { PriceLadder } from '../engine/price-ladder.ts'
import type { BookState, DepthLevel } from '../protocol/book-state.ts'
import { PHASES } from '../protocol/command/trading-phases.ts'
import { type InstrumentText, parseInstrument } from '../protocol/instrument/instrument.ts'
import { InstrumentDirectory, type ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import type { Lots, Ticks } from '../protocol/units.ts'
import type { ExchangeMatcher } from './exchange-matcher.ts'
import type { SymbolMatcher } from './symbol-matcher.ts'

/** Up to `levels` levels per side. A symbol without commands has an empty book. */
export function viewBook(symbol: string, matcher: SymbolMatcher | undefined, levels: number): BookState {
  const book = matcher?.book
  return {
    symbol,
    eventNumber: matcher?.eventNumber ?? 0,
    timestampMs: book?.timestampMs ?? 0,
    bids: book === undefined ? [] : depth(book, book.bids, levels),
    asks: book === undefined ? [] : depth(book, book.asks, levels),
    lastTradePrice: book === undefined || book.lastTradePrice === 0 ? null : (book.lastTradePrice as Ticks),
    phase: PHASES[book?.phase ?? 0],
    bandLow: book === undefined || book.bandLow === 1 ? null : (book.bandLow as Ticks),
    bandHigh: book === undefined || book.bandHigh === PRICE_TICKS_MAX ? null : (book.bandHigh as Ticks),
  }
}

function depth(book: OrderBook, ladder: PriceLadder, levels: number): DepthLevel[] {
  const counts = ladder.countOrders(book.orders)
  // Made at its length: an array that grows is copied several times.
  const rows = new Array<DepthLevel>(Math.min(levels, ladder.levelCount))
  let level = ladder.bestLevel
  for (let i = 0; i < rows.length; i++) {
    const quantity = ladder.doubles[(level << 1) + 1] as Lots
    rows[i] = { price: ladder.priceOfLevel(level) as Ticks, quantity, orders: counts[level] }
    level = ladder.next(level)
  }
  return rows
}

/** The present instruments of all symbols. */
export function listInstruments({ symbols }: ExchangeMatcher): InstrumentDirectory {
  const directory = new InstrumentDirectory()
  for (const matcher of symbols.values()) {
    const listed = listInstrument(matcher)
    if (listed !== undefined) directory.set(listed.symbol, listed)
  }
  return directory
}

/** The instrument of a symbol as it is now; undefined before it is defined. */
export function listInstrument({ instrument, instrumentClosed, book }: SymbolMatcher): ListedInstrument | undefined {
  if (instrument === undefined) return undefined
  const { rules } = book
  const phase = PHASES[book.phase]
  const bandLow = book.bandLow === 1 ? null : (book.bandLow as Ticks)
  const bandHigh = book.bandHigh === PRICE_TICKS_MAX ? null : (book.bandHigh as Ticks)
  const last = listed.get(instrument)
  if (
    last?.phase === phase &&
    last.closed === instrumentClosed &&
    last.bandLow === bandLow &&
    last.bandHigh === bandHigh &&
    last.rules === rules
  ) {
    return last
  }
  const now = {
    ...parseInstrument(instrument),
    text: instrument,
    phase,
    closed: instrumentClosed,
    bandLow,
    bandHigh,
    rules,
  }
  listed.set(instrument, now)
  return now
}

/**
 * What was listed last, by the text of the instrument: a change of the instrument makes a new text. To parse one takes
 * 8 µs, and a shard lists its instrument for each batch.
 */
const listed = new WeakMap<InstrumentText, ListedInstrument>()
