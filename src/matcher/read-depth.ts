/**
 * Reads all levels of a book, as plain numbers that are sent to another thread. A book may have a million levels, which
 * take 0.2 to 1.3 s, so it is read in parts, and commands may be applied between two of them.
 */

import type { OrderPool } from '../engine/order-pool.ts'
import type { PriceLadder } from '../engine/price-ladder.ts'
import { type DepthPart, NUMBERS_PER_LEVEL } from '../ports/depth-reader.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import { PHASES } from '../protocol/command/trading-phases.ts'
import type { SymbolMatcher } from './symbol-matcher.ts'

const NO_LEVELS = new Float64Array(0)

const EMPTY: DepthPart = {
  eventNumber: 0,
  timestampMs: 0,
  phase: PHASES[0],
  bids: NO_LEVELS,
  asks: NO_LEVELS,
  tradeNumber: 0,
  moreBids: false,
  moreAsks: false,
}

/** `onPart` receives each part but the last, which is returned. A symbol without commands has an empty book. */
export function* readDepth(
  matcher: SymbolMatcher | undefined,
  onPart: (part: DepthPart) => void,
  levelsPerPart = ENTRIES_PER_STEP,
): Paced<DepthPart> {
  if (matcher === undefined) return EMPTY
  const { book } = matcher
  const bids = new LevelReader(book.bids, book.orders)
  const asks = new LevelReader(book.asks, book.orders)
  for (;;) {
    const bidNumbers = bids.read(levelsPerPart)
    const askNumbers = asks.read(levelsPerPart - bidNumbers.length / NUMBERS_PER_LEVEL)
    const part = {
      eventNumber: matcher.eventNumber,
      timestampMs: book.timestampMs,
      phase: PHASES[book.phase],
      bids: bidNumbers,
      asks: askNumbers,
      tradeNumber: matcher.tradeNumber,
      moreBids: bids.more,
      moreAsks: asks.more,
    }
    if (!bids.more && !asks.more) return part
    onPart(part)
    yield
  }
}

/** Reads the levels of one side, best first. Between two calls levels may come and go. */
class LevelReader {
  /** Levels are left to read. Once it is false the side is not read again. */
  more = true
  private readonly ladder: PriceLadder
  private readonly orders: OrderPool
  /** The key of the last level that was read; undefined before the first. */
  private lastKey: number | undefined

  constructor(ladder: PriceLadder, orders: OrderPool) {
    this.ladder = ladder
    this.orders = orders
  }

  /** The numbers of up to `max` levels. */
  read(max: number): Float64Array<ArrayBuffer> {
    if (!this.more || max === 0) return new Float64Array(0)
    const { ladder, lastKey } = this
    const counts = ladder.countOrders(this.orders)
    const numbers = new Float64Array(Math.min(max, ladder.levelCount) * NUMBERS_PER_LEVEL)
    let at = 0
    let level = lastKey === undefined ? ladder.bestLevel : ladder.after(lastKey)
    for (; level !== 0 && at < numbers.length; level = ladder.next(level)) {
      numbers[at] = ladder.priceOfLevel(level)
      numbers[at + 1] = ladder.doubles[(level << 1) + 1]
      numbers[at + 2] = counts[level]
      at += NUMBERS_PER_LEVEL
    }
    this.more = level !== 0
    if (at > 0) this.lastKey = ladder.keyOf(numbers[at - NUMBERS_PER_LEVEL])
    return at === numbers.length ? numbers : numbers.slice(0, at)
  }
}
