/**
 * The state hash: a digest of everything that matching depends on. That is the orders in price-time order
 * with their lots, accounts, options and expiries, and the book's clock, counters, band, phase and rules.
 * The position of orders in memory is not included, so a restored book has the same hash. 64 bits in two
 * lanes. It finds differences; it does not protect against an attacker.
 */

import { GOOD_TILL_DATE } from '../protocol/order/order-options.ts'
import type { OrderBook } from './order-book.ts'
import { DOUBLES_LOG2, NEXT, QUANTITY, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import type { PriceLadder } from './price-ladder.ts'

/** 16 hexadecimal digits. Cost O(orders + levels). */
export function hashBook(book: OrderBook): string {
  const digest = new Digest()
  digest.add(book.sequence)
  digest.add(book.timestampMs)
  digest.add(book.lastTradePrice)
  digest.add(book.phase)
  digest.add(book.rules)
  digest.add(book.bandLow)
  digest.add(book.bandHigh)
  addLadder(digest, book, book.bids)
  addLadder(digest, book, book.asks)
  for (const { expiresAtMs } of book.expiries.inOrder()) digest.add(expiresAtMs)
  return digest.text()
}

function addLadder(digest: Digest, book: OrderBook, ladder: PriceLadder): void {
  const { words, doubles } = book.orders
  digest.add(ladder.levelCount)
  for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) {
    digest.add(ladder.priceOfLevel(level))
    digest.add(ladder.doubles[(level << 1) + 1])
    for (let handle = ladder.words[level << 2]; handle !== 0; handle = words[(handle << WORDS_LOG2) + NEXT]) {
      const tag = words[(handle << WORDS_LOG2) + TAG]
      digest.add(tag)
      digest.add(doubles[(handle << DOUBLES_LOG2) + QUANTITY])
      digest.add(doubles[(handle << DOUBLES_LOG2) + REMAINING])
      if ((tag & GOOD_TILL_DATE) !== 0) digest.add(book.expiries.expiresAtMs(handle))
    }
  }
}

class Digest {
  private high = 0x811c9dc5
  private low = 0x050c5d1f
  private readonly double = new Float64Array(1)
  private readonly halves = new Int32Array(this.double.buffer)

  add(value: number): void {
    this.double[0] = value
    this.mix(this.halves[0])
    this.mix(this.halves[1])
  }

  text(): string {
    return hex(this.high) + hex(this.low)
  }

  /** FNV-1a in the high lane; a rotating multiply, which also mixes the high lane in, in the low lane. */
  private mix(word: number): void {
    this.high = Math.imul(this.high ^ word, 0x01000193)
    const low = Math.imul(this.low ^ word ^ (this.high >>> 15), 0x9e3779b1)
    this.low = (low << 13) | (low >>> 19)
  }
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
