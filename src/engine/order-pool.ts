/**
 * The resting orders of one book, 32 bytes each in one buffer: two to a cache line, addressed by an
 * integer handle. An open order never moves. A freed slot is reused first, while it is still in the
 * cache. The pool allocates and frees slots; prices and queues belong to other files.
 *
 *   byte  0  f64  quantity    total lots, filled lots included
 *   byte  8  f64  remaining   open lots
 *   byte 16  i32  next        order behind in its queue; in a free slot, the next free slot
 *   byte 20  i32  previous    order ahead in its queue
 *   byte 24  i32  level       level of its queue (see price-ladder.ts); 0 if it does not rest
 *   byte 28  i32  tag         account << 6 | flags (see order-tag.ts); 0 in a free slot
 *
 * Handle 0 means no order.
 */

/** log2 of the words in an order: `handle << WORDS_LOG2` is its first 32-bit word. */
export const WORDS_LOG2 = 3
/** log2 of the doubles in an order. */
export const DOUBLES_LOG2 = 2

export const NEXT = 4
export const PREVIOUS = 5
export const LEVEL = 6
export const TAG = 7

export const QUANTITY = 0
export const REMAINING = 1

const ORDER_BYTES = 32
const SLOTS_AT_FIRST = 16

export class OrderPool {
  words: Int32Array
  doubles: Float64Array
  /** Slots in use. */
  count = 0
  /** First slot never used yet. */
  fresh = 1
  /** Head of the list of freed slots. */
  free = 0
  private slots = SLOTS_AT_FIRST

  constructor() {
    const buffer = new ArrayBuffer(SLOTS_AT_FIRST * ORDER_BYTES)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
  }

  /** Allocates a slot. The caller writes every word of it. */
  take(): number {
    this.count++
    const handle = this.free
    if (handle !== 0) {
      this.free = this.words[(handle << WORDS_LOG2) + NEXT]
      return handle
    }
    // By half, not by doubling: right after growth there are 48 bytes per slot in use instead of 64.
    if (this.fresh === this.slots) this.reserve(this.slots + (this.slots >> 1))
    return this.fresh++
  }

  /** Frees a slot. */
  release(handle: number): void {
    const word = handle << WORDS_LOG2
    this.words[word + NEXT] = this.free
    this.words[word + TAG] = 0
    this.free = handle
    this.count--
  }

  /** Grows the pool to at least `slots` slots. Cost O(slots). */
  reserve(slots: number): void {
    if (slots <= this.slots) return
    const buffer = new ArrayBuffer(slots * ORDER_BYTES)
    const words = new Int32Array(buffer)
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(buffer)
    this.slots = slots
  }

  /** Bytes allocated. */
  get bytes(): number {
    return this.words.byteLength
  }
}
