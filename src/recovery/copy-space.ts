/**
 * Memory for the copy of the state that a snapshot is made from. The kernel maps each page at its first use, which takes
 * longer than the copy itself, so the pages are used once in steps before. If the state has grown meanwhile, arrays
 * without room are copied to memory of their own.
 */

import { NUMBERS } from '../orders/open-orders.ts'
import type { Paced } from '../ports/paced.ts'
import type { CopyArray } from '../protocol/copy-array.ts'
import type { ExchangeState } from './exchange-state.ts'

/** Of each slot for an order: the order in the book, its names, its numbers. */
const SLOT_BYTES = 32 + 16 + 8 * NUMBERS
const LEAF_BYTES = 4
/** For what the state grows until it is copied. */
const GROWTH = 1 / 16
const GROWTH_BYTES = 64 * 1024

const PAGE_BYTES = 4096
/** About 0.2 ms. */
const PAGES_PER_STEP = 256

export class CopySpace {
  private readonly buffer: ArrayBuffer
  private used = 0

  constructor({ matcher }: ExchangeState) {
    let bytes = 0
    for (const { book } of matcher.symbols.values()) {
      bytes += book.orders.fresh * SLOT_BYTES + (book.bids.freshLeaf + book.asks.freshLeaf) * LEAF_BYTES
    }
    this.buffer = new ArrayBuffer(Math.ceil(bytes * (1 + GROWTH)) + GROWTH_BYTES)
  }

  get bytes(): number {
    return this.buffer.byteLength
  }

  *touch(): Paced<void> {
    const bytes = new Uint8Array(this.buffer)
    for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
      bytes[at] = 0
      if ((at / PAGE_BYTES) % PAGES_PER_STEP === PAGES_PER_STEP - 1) yield
    }
  }

  readonly copy: CopyArray = (array, length) => {
    const from = array.subarray(0, length) as typeof array
    const start = this.used
    if (start + from.byteLength > this.buffer.byteLength) return from.slice() as typeof array
    // The next array may need a multiple of 8.
    this.used += Math.ceil(from.byteLength / 8) * 8
    const to =
      from instanceof Int32Array
        ? new Int32Array(this.buffer, start, from.length)
        : new Float64Array(this.buffer, start, from.length)
    to.set(from)
    return to as typeof array
  }
}
