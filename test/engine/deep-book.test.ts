/**
 * Fill-or-kill orders that look beyond many levels, against the naive book: the limit and the quantity are at the
 * edge of what the levels hold. The sums of lots (src/engine/lot-sums.ts) are checked after every command.
 */

import { expect, it } from 'vitest'
import { checkBook } from '../../src/engine/invariants.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../../src/protocol/limits.ts'
import { BUY, FILL_OR_KILL, SELL, STP_SHIFT } from '../../src/protocol/order/order-options.ts'
import { BookDriver } from './book-driver.ts'
import { type EngineCommand, randomFrom } from './commands.ts'
import { NaiveBook } from './naive-book.ts'

const LEVELS = 250
const COMMANDS = 150
/** Ticks between two prices: neighbours, one price a leaf, one price a low node, one price a high node. */
const STEPS = [1, 33, 16_385, 8_388_609]

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
    /** An order for all lots down to a limit and one more, which misses, or now and then for one fewer. */
    const fillOrKill = (): EngineCommand => {
      const price = priceAt(random(255)) + random(3) - 1
      let lots = 0
      for (let level = ladder.bestLevel; level !== 0; level = ladder.next(level)) {
        if (ladder.keyOfLevel(level) <= ladder.keyOf(price)) lots += ladder.doubles[(level << 1) + 1]
      }
      return {
        kind: 'place',
        timestampMs: 1,
        options: takers | FILL_OR_KILL | (random(4) << STP_SHIFT),
        price: Math.min(PRICE_TICKS_MAX, Math.max(1, price)),
        quantity: Math.min(QUANTITY_LOTS_MAX, Math.max(1, lots + (random(25) === 0 ? -random(2) : 1))),
        account: [1, 3, 3, 4][random(4)],
        expiresAtMs: 0,
      }
    }
    let number = 0
    const run = (command: EngineCommand) => {
      number++
      driver.apply(command)
      expect(driver.drain(), `command ${number}`).toEqual(naive.apply(command))
    }
    for (let i = 0; i < LEVELS * 3; i++) run(maker())
    let used = 0
    for (let i = 0; i < COMMANDS; i++) {
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
  for (let i = 0; i < 1_200; i++) book.place(SELL, 1 + (i % 300), 1, 1, 0)
  expect(book.asks.farLook).toBeDefined()
  book.place(SELL, 1, 1, 1, 0)
  expect(book.asks.farLook).toBeUndefined()
})
