/**
 * The state of a book at one moment, from which snapshot.ts makes bytes while the book changes. The orders and the
 * keys of the leaves are copied. Levels are not: the first order of each level and its key identify it. Cost: a copy
 * of 32 bytes for each slot of an order, 4 for each leaf of prices, and 8 for each expiry.
 */

import type { CopyArray } from '../protocol/copy-array.ts'
import type { Expiry } from './expiry-queue.ts'
import type { OrderBook } from './order-book.ts'
import { WORDS_LOG2 } from './order-pool.ts'
import type { EngineSide } from './order-tag.ts'
import type { PriceLadder } from './price-ladder.ts'

export interface FrozenSide {
  readonly side: EngineSide
  readonly levelCount: number
  readonly bestKey: number
  readonly leafKeys: Int32Array
  /** Pure: the price of a key does not depend on the state. */
  readonly priceOf: (key: number) => number
}

export interface FrozenBook {
  readonly rules: number
  readonly sequence: number
  readonly timestampMs: number
  readonly lastTradePrice: number
  readonly phase: number
  readonly bandLow: number
  readonly bandHigh: number
  readonly count: number
  readonly fresh: number
  readonly free: number
  readonly words: Int32Array
  readonly doubles: Float64Array
  readonly bids: FrozenSide
  readonly asks: FrozenSide
  /** In no order. */
  readonly expiries: readonly Expiry[]
}

/** The caller has drained the events of the book, because a snapshot does not contain them. */
export function freezeBook(book: OrderBook, copy: CopyArray): FrozenBook {
  const { rules, sequence, timestampMs, lastTradePrice, phase, bandLow, bandHigh, orders } = book
  const { count, fresh, free } = orders
  const words = copy(orders.words, fresh << WORDS_LOG2)
  return {
    ...{ rules, sequence, timestampMs, lastTradePrice, phase, bandLow, bandHigh, count, fresh, free },
    words,
    doubles: new Float64Array(words.buffer, words.byteOffset, words.length >> 1),
    bids: freezeSide(book.bids, copy),
    asks: freezeSide(book.asks, copy),
    expiries: book.expiries.all(),
  }
}

function freezeSide(ladder: PriceLadder, copy: CopyArray): FrozenSide {
  const { side, levelCount, bestKey, freshLeaf } = ladder
  const leafKeys = copy(ladder.leafKeys, freshLeaf)
  return { side, levelCount, bestKey, leafKeys, priceOf: (key) => ladder.priceOf(key) }
}
