import { describe, expect, it } from 'vitest'
import { BUY, IMMEDIATE_OR_CANCEL, SELL } from '../protocol/order/order-options.ts'
import { CANCEL_REJECTED, CANCELED } from './event-buffer.ts'
import { NumberedBook } from './numbered-book.ts'

const kinds = ({ book }: NumberedBook): number[] =>
  Array.from({ length: book.events.count }, (_, i) => book.events.kind(i))

describe('a book with numbers', () => {
  it('removes a filled maker from the index: its late cancel is rejected even if its slot is in use again', () => {
    const numbered = new NumberedBook()
    numbered.place(SELL, 100, 5, 1, 1, 0)
    numbered.place(BUY, 100, 5, 1, 2, 0)
    expect(numbered.index.count).toBe(0)
    numbered.place(SELL, 100, 5, 1, 3, 0)
    numbered.book.events.clear()
    numbered.cancel(1, 0)
    numbered.cancel(2, 0)
    expect(kinds(numbered)).toEqual([CANCEL_REJECTED, CANCEL_REJECTED])
    expect(numbered.book.events.quantity(0)).toBe(1)
    numbered.cancel(3, 0)
    expect(kinds(numbered)[2]).toBe(CANCELED)
  })

  it('keeps a partially filled maker, and removes a maker that an amendment filled', () => {
    const numbered = new NumberedBook()
    numbered.place(SELL, 100, 5, 1, 1, 0)
    numbered.place(BUY | IMMEDIATE_OR_CANCEL, 100, 3, 1, 2, 0)
    expect(numbered.index.count).toBe(1)
    numbered.place(BUY, 90, 2, 1, 3, 0)
    numbered.replace(100, 2, 3, 0)
    expect(numbered.index.count).toBe(0)
    expect(numbered.book.orders.count).toBe(0)
  })

  it('has as many numbers as resting orders, and no memory for closed orders', () => {
    const numbered = new NumberedBook()
    for (let i = 1; i <= 50_000; i++) {
      numbered.place(i & 1, 1_000 + (i & 1) * 10, 1, 1, i, 0)
      if (i > 20) numbered.cancel(i - 20, 0)
      numbered.book.events.clear()
    }
    expect(numbered.index.count).toBe(numbered.book.orders.count)
    expect(numbered.index.bytes).toBeLessThan(4_096)
  })
})
