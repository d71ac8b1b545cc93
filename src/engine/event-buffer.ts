/**
 * The engine's output: one record of 32 bytes per event in a preallocated buffer, read in batches.
 * No object is allocated. The reader drains the buffer between commands. The buffer grows only when a
 * single batch overflows it, so no event is lost.
 *
 *   byte  0  i32  kind | side << 8 | reason << 16; in a trade, the taker's side and the FILLED bits
 *   byte  4  i32  order     handle; in a trade, the maker's handle
 *   byte  8  i32  taker     in a trade: the taker's handle; in an amendment: 1 if priority was kept
 *   byte 12  i32  price     ticks, 0 without a price; or the new phase; or the new version of the rules
 *   byte 16  f64  quantity  lots: accepted, traded or canceled; after an amendment, the new total
 *   byte 24  f64  sequence  number of the command that caused the event; 0 if an order expired
 *
 * Callers that need the cause of an event number their commands from 1.
 */

/** The kinds up to AMENDED have the price and quantity of an order or a trade; engine-events.ts relies on it. */
export const ACCEPTED = 0
export const TRADE = 1
export const CANCELED = 2
export const AMENDED = 3
export const CANCEL_REJECTED = 4
export const AMEND_REJECTED = 5
export const REJECTED = 6
export const CONTROL_REJECTED = 7
export const PHASE_CHANGED = 8
export const BAND_SET = 9
export const INSTRUMENT_DEFINED = 10
export const INSTRUMENT_CHANGED = 11
export const INSTRUMENT_CLOSED = 12
export const RULES_ADOPTED = 13

export const EVENT_WORDS_LOG2 = 3
export const EVENT_DOUBLES_LOG2 = 2
const EVENT_BYTES = 32
/** Bits of a trade: it fills the maker's order, the taker's order. A filled order is closed. */
export const MAKER_FILLED = 1 << 9
export const TAKER_FILLED = 1 << 10

/** 64 × 32 bytes = 2 KiB: small, because a process may have a thousand books. Larger batches let it grow once. */
const EVENTS_AT_FIRST = 64

export class EventBuffer {
  words: Int32Array
  doubles: Float64Array
  /** Events that are not drained yet. */
  count = 0
  private capacity: number

  constructor(capacity = EVENTS_AT_FIRST) {
    const buffer = new ArrayBuffer(capacity * EVENT_BYTES)
    this.words = new Int32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.capacity = capacity
  }

  /** Removes the drained events. */
  clear(): void {
    this.count = 0
  }

  emit(head: number, order: number, taker: number, price: number, quantity: number, sequence: number): void {
    if (this.count === this.capacity) this.grow()
    const index = this.count++
    const word = index << EVENT_WORDS_LOG2
    const words = this.words
    words[word] = head
    words[word + 1] = order
    words[word + 2] = taker
    words[word + 3] = price
    const double = (index << EVENT_DOUBLES_LOG2) + 2
    const doubles = this.doubles
    doubles[double] = quantity
    doubles[double + 1] = sequence
  }

  kind(index: number): number {
    return this.words[index << EVENT_WORDS_LOG2] & 0xff
  }

  side(index: number): number {
    return (this.words[index << EVENT_WORDS_LOG2] >>> 8) & 1
  }

  reason(index: number): number {
    return this.words[index << EVENT_WORDS_LOG2] >>> 16
  }

  /** Whether a trade fills the maker's order. */
  makerFilled(index: number): boolean {
    return (this.words[index << EVENT_WORDS_LOG2] & MAKER_FILLED) !== 0
  }

  takerFilled(index: number): boolean {
    return (this.words[index << EVENT_WORDS_LOG2] & TAKER_FILLED) !== 0
  }

  order(index: number): number {
    return this.words[(index << EVENT_WORDS_LOG2) + 1]
  }

  taker(index: number): number {
    return this.words[(index << EVENT_WORDS_LOG2) + 2]
  }

  price(index: number): number {
    return this.words[(index << EVENT_WORDS_LOG2) + 3]
  }

  quantity(index: number): number {
    return this.doubles[(index << EVENT_DOUBLES_LOG2) + 2]
  }

  sequence(index: number): number {
    return this.doubles[(index << EVENT_DOUBLES_LOG2) + 3]
  }

  private grow(): void {
    const buffer = new ArrayBuffer(this.capacity * 2 * EVENT_BYTES)
    const words = new Int32Array(buffer)
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(buffer)
    this.capacity *= 2
  }
}
