import { describe, expect, it } from 'vitest'
import { BUY, GOOD_TILL_DATE, SELL } from '../protocol/order/order-options.ts'
import { checkBook } from './invariants.ts'
import { OrderBook } from './order-book.ts'
import { DOUBLES_LOG2, LEVEL, NEXT, PREVIOUS, REMAINING, TAG, WORDS_LOG2 } from './order-pool.ts'
import { BITMAP, NODE_WORDS, ROOT, SUMMARY } from './price-directory.ts'

/** Two bids at 90, one at 80, an ask at 100 with an expiry, and a free slot. */
function smallBook(): OrderBook {
  const book = new OrderBook()
  for (const price of [90, 90, 80]) book.place(BUY, price, 5, 1, 0)
  book.place(SELL | GOOD_TILL_DATE, 100, 5, 1, 1_000)
  book.cancel(book.place(SELL, 200, 5, 1, 0))
  book.events.clear()
  return book
}

const word = (handle: number, field: number): number => (handle << WORDS_LOG2) + field

/** Each breaks one invariant that the check must find. */
const FAULTS: Record<string, [damage: (book: OrderBook) => void, message: RegExp]> = {
  'a crossing': [(b) => (b.bids.bestKey = b.bids.keyOf(100)), /crossed/],
  'a level total': [(b) => b.bids.doubles[(b.bids.bestLevel << 1) + 1]++, /have 10 lots/],
  'the orders of a level': [(b) => b.bids.countOrders(b.orders)[b.bids.bestLevel]++, /2 orders, 3 are counted/],
  'lots beyond the order': [(b) => (b.orders.doubles[(1 << DOUBLES_LOG2) + REMAINING] = 6), /6 of 5 lots/],
  'no lots open': [(b) => (b.orders.doubles[(1 << DOUBLES_LOG2) + REMAINING] = 0), /0 of 5 lots/],
  'a link back': [(b) => (b.orders.words[word(2, PREVIOUS)] = 3), /wrong previous order/],
  'a queue cut short': [(b) => (b.orders.words[word(1, NEXT)] = 0), /last order|lots/],
  'the level of an order': [(b) => b.orders.words[word(1, LEVEL)]++, /has another level/],
  'a side': [(b) => (b.orders.words[word(1, TAG)] ^= SELL), /wrong side/],
  'a closed order in a queue': [(b) => (b.orders.words[word(1, TAG)] = 0), /is in a queue but not open/],
  'the best key': [(b) => b.bids.bestKey++, /best key/],
  'the count of levels': [(b) => b.bids.levelCount++, /levels are reached/],
  'the count of orders': [(b) => b.orders.count++, /are counted/],
  'a lost slot': [(b) => (b.orders.free = 0), /slots are lost/],
  'a free slot in use': [(b) => (b.orders.free = 1), /in use/],
  'a bit of a leaf': [(b) => (b.bids.leafBits[1] = 0), /lead|reached|empty/],
  'a bit of a node': [(b) => (b.bids.directory.nodes[ROOT * NODE_WORDS + BITMAP] ^= 1 << 5), /contradicts its bit/],
  'a summary': [(b) => (b.bids.directory.nodes[ROOT * NODE_WORDS + SUMMARY] ^= 1 << 3), /summary/],
  'a lost expiry': [(b) => b.expiries.remove(4), /have an expiry/],
  'an expiry that is over': [(b) => (b.timestampMs = 1_000), /has expired/],
  'a price outside the band': [(b) => (b.bandLow = 85), /outside the band/],
}

describe('the check of a book', () => {
  it('passes a book without faults', () => {
    checkBook(new OrderBook())
    checkBook(smallBook())
  })

  for (const [name, [damage, message]] of Object.entries(FAULTS)) {
    it(`finds a fault: ${name}`, () => {
      const book = smallBook()
      damage(book)
      expect(() => checkBook(book)).toThrow(message)
    })
  }
})
