import { describe, expect, it } from 'vitest'
import { BUY, GOOD_TILL_DATE, SELL, STP_EXPIRE_MAKER } from '../protocol/order/order-options.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../protocol/versions.ts'
import { changePhase, setBand } from './book-control.ts'
import { checkBook } from './invariants.ts'
import { OrderBook } from './order-book.ts'
import { CONTINUOUS, HALTED } from './phase-rules.ts'
import { restoreBook, SnapshotRefused, snapshotBook } from './snapshot.ts'
import { hashBook } from './state-hash.ts'

/** A book with everything that a snapshot must contain. */
function busyBook(rules = RULES_NEWEST): OrderBook {
  const book = new OrderBook(undefined, undefined, rules)
  book.begin(1, 1_700_000_000_000)
  for (let i = 0; i < 200; i++) book.place(BUY, 900 - (i % 7) * 40, 1 + i, 3, 0)
  const dated = [1, 2, 3].map((i) => book.place(SELL | GOOD_TILL_DATE, 1_000 + i, 5, 4, 1_700_000_000_500))
  for (let i = 1; i < 60; i += 3) book.cancel(i)
  book.place(SELL | STP_EXPIRE_MAKER, 900, 2, 9, 0)
  setBand(book, 500, 5_000)
  book.cancel(dated[1])
  changePhase(book, HALTED)
  book.events.clear()
  return book
}

describe('a snapshot', () => {
  it('restores clock, sequence, last trade price, band, phase, rules, orders, handles and expiries', () => {
    const book = busyBook()
    const restored = restoreBook(snapshotBook(book))
    checkBook(restored)
    const state = (b: OrderBook) => [
      b.sequence,
      b.timestampMs,
      b.lastTradePrice,
      b.phase,
      b.rules,
      b.bandLow,
      b.bandHigh,
    ]
    expect(state(restored)).toEqual(state(book))
    expect(state(restored)).toEqual([1, 1_700_000_000_000, 900, HALTED, RULES_NEWEST, 500, 5_000])
    expect(hashBook(restored)).toBe(hashBook(book))
    expect(restored.expiries.inOrder().map((e) => e.handle)).toEqual(book.expiries.inOrder().map((e) => e.handle))
    expect(snapshotBook(restored)).toEqual(snapshotBook(book))
  })

  it('allocates the same slots in the same order after the restore', () => {
    const book = busyBook()
    const restored = restoreBook(snapshotBook(book))
    for (const b of [book, restored]) changePhase(b, CONTINUOUS)
    for (let i = 0; i < 40; i++) {
      expect(restored.place(BUY, 700, 1, 1, 0)).toBe(book.place(BUY, 700, 1, 1, 0))
    }
  })

  it('restores an empty book, and a book from the middle of a larger buffer', () => {
    expect(hashBook(restoreBook(snapshotBook(new OrderBook())))).toBe(hashBook(new OrderBook()))
    const bytes = snapshotBook(busyBook())
    const larger = new Uint8Array(bytes.length + 3)
    larger.set(bytes, 3)
    expect(hashBook(restoreBook(larger.subarray(3)))).toBe(hashBook(busyBook()))
  })

  it('has the version of its rules, and reads both versions', () => {
    for (const rules of [RULES_OLDEST, RULES_NEWEST]) {
      const bytes = snapshotBook(busyBook(rules))
      expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(rules)
      expect(restoreBook(bytes).rules).toBe(rules)
      expect(hashBook(restoreBook(bytes))).toBe(hashBook(busyBook(rules)))
    }
    expect(hashBook(busyBook(RULES_OLDEST))).not.toBe(hashBook(busyBook(RULES_NEWEST)))
  })

  it('refuses other bytes, another version, a truncated snapshot, and one that contradicts itself', () => {
    const bytes = snapshotBook(busyBook())
    const changed = (at: number, value: number) => {
      const copy = bytes.slice()
      new DataView(copy.buffer).setUint32(at, value, true)
      return () => restoreBook(copy)
    }
    expect(() => restoreBook(new Uint8Array(5))).toThrow('not a snapshot')
    expect(changed(0, 1)).toThrow('not a snapshot')
    expect(changed(4, 9)).toThrow('version 9;')
    expect(changed(4, 0)).toThrow('version 0;')
    expect(changed(52, 7)).toThrow('phase 7 is not known')
    expect(() => restoreBook(bytes.subarray(0, bytes.length - 1))).toThrow(SnapshotRefused)
    expect(changed(28, 9)).toThrow(SnapshotRefused)
    // The first level's count of orders, and the first order's handle.
    expect(changed(100, 1_000_000)).toThrow('a level of 1000000 orders')
    expect(changed(104, 0)).toThrow('slot 0 does not exist')
  })

  it('has a state hash that does not depend on the position of orders in memory', () => {
    const book = new OrderBook()
    const other = new OrderBook()
    book.place(BUY, 5, 1, 1, 0)
    book.place(BUY, 6, 1, 1, 0)
    other.place(BUY, 6, 1, 1, 0)
    other.place(BUY, 5, 1, 1, 0)
    expect(hashBook(book)).toBe(hashBook(other))
    other.place(BUY, 5, 1, 2, 0)
    expect(hashBook(book)).not.toBe(hashBook(other))
    book.place(BUY, 5, 1, 1, 0)
    expect(hashBook(book)).not.toBe(hashBook(other))
  })
})
