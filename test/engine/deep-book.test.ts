/**
 * Fill-or-kill orders that look beyond many levels, against the naive book: the limit and the quantity are at the
 * edge of what the levels hold. The sums of lots (src/engine/lot-sums.ts) are checked after every command.
 */

import { expect, it, vi } from 'vitest'
import { checkBook } from '../../src/engine/invariants.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { DOUBLES_LOG2, NEXT, REMAINING, TAG, WORDS_LOG2 } from '../../src/engine/order-pool.ts'
import { ACCOUNT_SHIFT } from '../../src/engine/order-tag.ts'
import type { PriceLadder } from '../../src/engine/price-ladder.ts'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../../src/protocol/limits.ts'
import {
  BUY,
  FILL_OR_KILL,
  SELL,
  STP_EXPIRE_MAKER,
  STP_MASK,
  STP_NONE,
  STP_SHIFT,
} from '../../src/protocol/order/order-options.ts'
import { BookDriver } from './book-driver.ts'
import { type EngineCommand, randomFrom } from './commands.ts'
import { NaiveBook } from './naive-book.ts'

const LEVELS = 250
const COMMANDS = 150
/** Ticks between two prices: one price for all, neighbours, one price a leaf, one a low node, one a high node. */
const STEPS = [0, 1, 33, 16_385, 8_388_609]

/** The lots that an order can have, by a visit of every order. */
function availableLots(book: OrderBook, ladder: PriceLadder, price: number, options: number, account: number): number {
  const { words, doubles } = book.orders
  let lots = 0
  for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) {
    if (ladder.keyOfLevel(level) > ladder.keyOf(price)) break
    for (let maker = ladder.words[level << 2]; maker !== 0; maker = words[(maker << WORDS_LOG2) + NEXT]) {
      const isOwn = words[(maker << WORDS_LOG2) + TAG] >>> ACCOUNT_SHIFT === account
      const mode = options & STP_MASK
      if (!isOwn || mode === STP_NONE) lots += doubles[(maker << DOUBLES_LOG2) + REMAINING]
      else if (mode !== STP_EXPIRE_MAKER) return lots
    }
  }
  return lots
}

for (const [seed, step] of [...STEPS, ...STEPS].entries()) {
  const [makers, takers] = seed < STEPS.length ? [SELL, BUY] : [BUY, SELL]
  it(`prices ${step} ticks apart, ${makers === SELL ? 'asks' : 'bids'}`, () => {
    const random = randomFrom(seed + 1)
    const book = new OrderBook()
    const driver = new BookDriver(book)
    const naive = new NaiveBook(1)
    const ladder = makers === SELL ? book.asks : book.bids
    const priceAt = (index: number) => (makers === SELL ? 1 + index * step : PRICE_TICKS_MAX - index * step)
    const maker = (): EngineCommand => ({
      kind: 'place',
      timestampMs: 1,
      options: makers,
      price: priceAt(random(Math.min(LEVELS, 255))),
      quantity: random(400) === 0 ? QUANTITY_LOTS_MAX - random(3) : 1 + random(50),
      // Account 3 has few orders, so self-trade prevention is decided far from the best price.
      account: random(150) === 0 ? 3 : 1 + random(2),
      expiresAtMs: 0,
    })
    /** An order for all lots that it can have and one more, which misses, or now and then for one or none fewer. */
    const fillOrKill = (): EngineCommand => {
      const price = Math.min(PRICE_TICKS_MAX, Math.max(1, priceAt(random(255)) + random(3) - 1))
      const options = takers | FILL_OR_KILL | (random(4) << STP_SHIFT)
      const account = [1, 3, 3, 4][random(4)]
      const lots = availableLots(book, ladder, price, options, account)
      return {
        kind: 'place',
        timestampMs: 1,
        options,
        price,
        quantity: Math.min(QUANTITY_LOTS_MAX, Math.max(1, lots + (random(25) === 0 ? -random(2) : 1))),
        account,
        expiresAtMs: 0,
      }
    }
    let number = 0
    const run = (command: EngineCommand) => {
      number++
      driver.apply(command)
      expect(driver.drain(), `command ${number}`).toEqual(naive.apply(command))
    }
    let used = 0
    for (let i = 0; i < COMMANDS; i++) {
      // A fill may have emptied the book.
      if (book.orders.count < LEVELS) for (let j = 0; j < LEVELS * 3; j++) run(maker())
      const dice = random(10)
      if (dice < 4) run(fillOrKill())
      else if (dice < 7) run(maker())
      else if (dice < 9) run({ kind: 'cancel', timestampMs: 1, name: 1 + random(number) })
      else
        run({
          kind: 'amend',
          timestampMs: 1,
          name: 1 + random(number),
          price: priceAt(random(255)),
          quantity: 1 + random(9),
        })
      if (ladder.farLook !== undefined) used++
      if (i % 3 === 0) checkBook(book)
    }
    expect(used).toBeGreaterThan(10)
  })
}

it('drops the sums when nobody looks far for long', () => {
  const book = new OrderBook()
  for (let i = 0; i < 300; i++) book.place(SELL, 1 + i, 1, 1, 0)
  book.place(BUY | FILL_OR_KILL, 300, 301, 2, 0)
  expect(book.asks.farLook).toBeDefined()
  // 4 × (300 levels + 300 orders / 16)
  for (let i = 0; i < 1_272; i++) book.place(SELL, 1 + (i % 300), 1, 1, 0)
  expect(book.asks.farLook).toBeDefined()
  book.place(SELL, 1, 1, 1, 0)
  expect(book.asks.farLook).toBeUndefined()
})

it('makes the sums without a search for each level, and in a few bytes for each leaf', () => {
  const prices = 20_000
  const book = new OrderBook()
  for (let i = 0; i < prices; i++) book.place(SELL, 1 + i * 100, 1, 1, 0)
  const { asks } = book
  const next = vi.spyOn(asks, 'next')
  const after = vi.spyOn(asks.directory, 'after')
  const find = vi.spyOn(asks.directory, 'find')
  let numbers = 0
  class Counted extends Float64Array {
    constructor(length: number) {
      super(length)
      numbers += length
    }
  }
  vi.stubGlobal('Float64Array', Counted)
  const missing = (options: number) => book.place(BUY | FILL_OR_KILL | options, prices * 100, prices + 1, 1, 0)
  missing(STP_NONE)
  missing(STP_EXPIRE_MAKER)
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  // The first levels are visited one by one.
  expect(next.mock.calls.length + after.mock.calls.length + find.mock.calls.length).toBeLessThan(1_000)
  // Two sums of two parts, of all orders and of the account, and room to grow.
  expect(numbers / asks.leafKeys.length).toBeLessThan(6)
  checkBook(book)
})
