/**
 * The engine against the naive book: the same generated commands give the same lines. Invariants are
 * checked after every command of every tenth stream, and after every 40th of the others.
 * `ENGINE_COMMANDS=50000000 npx vitest run test/engine` runs more commands.
 */

import { describe, expect, it } from 'vitest'
import { EventBuffer } from '../../src/engine/event-buffer.ts'
import { checkBook } from '../../src/engine/invariants.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { restoreBook, snapshotBook } from '../../src/engine/snapshot.ts'
import { hashBook } from '../../src/engine/state-hash.ts'
import { BookDriver } from './book-driver.ts'
import { commands, type EngineCommand, randomFrom } from './commands.ts'
import { NaiveBook } from './naive-book.ts'

const COMMANDS = Number(process.env.ENGINE_COMMANDS ?? 600_000)
const RUN = 2_000
const TIMEOUT_MS = 60_000 + COMMANDS / 10

const take = (seed: number, count: number): EngineCommand[] => {
  const stream = commands(seed, seed % 4 === 0)
  return Array.from({ length: count }, () => stream.next().value as EngineCommand)
}

describe('the engine', () => {
  it(`gives the events of the naive book for ${COMMANDS} commands, and keeps its invariants`, {
    timeout: TIMEOUT_MS,
  }, () => {
    for (let seed = 1; seed * RUN <= COMMANDS; seed++) {
      const rules = 1 + (seed % 2)
      const driver = new BookDriver(new OrderBook(undefined, undefined, rules))
      const naive = new NaiveBook(rules)
      let number = 0
      for (const command of take(seed, RUN)) {
        number++
        // From here on the check compares the numbers of orders of the levels too.
        if (number === 100 && seed % 3 > 0) {
          for (const side of [driver.book.bids, driver.book.asks]) side.countOrders(driver.book.orders)
        }
        driver.apply(command)
        const lines = driver.drain()
        const expected = naive.apply(command)
        if (lines.join('\n') !== expected.join('\n')) {
          expect(lines, `seed ${seed}, command ${number}: ${JSON.stringify(command)}`).toEqual(expected)
        }
        if (seed % 10 === 0 || number % 40 === 0) checkBook(driver.book)
        if (driver.book.lastTradePrice !== naive.lastTradePrice)
          expect.fail(`seed ${seed}, command ${number}: last trade`)
        if (driver.liveCount !== driver.book.orders.count)
          expect.fail(`seed ${seed}, command ${number}: an order is lost`)
      }
    }
  })

  it('gives the same events when it is restored from a snapshot anywhere in the stream', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomFrom(seed)
      const steady = new BookDriver()
      const restored = new BookDriver()
      for (const command of take(seed, 2_000)) {
        if (random(50) === 0) {
          restored.book = restoreBook(snapshotBook(restored.book))
          checkBook(restored.book)
        }
        steady.apply(command)
        restored.apply(command)
        // The bytes of the events contain the handles, so these must be equal too.
        expect(bytesOf(restored.book)).toEqual(bytesOf(steady.book))
        restored.drain()
        steady.drain()
      }
      expect(hashBook(restored.book)).toBe(hashBook(steady.book))
      expect(snapshotBook(restored.book)).toEqual(snapshotBook(steady.book))
    }
  })

  it('gives the same events in batches of any size, in a buffer of any size', () => {
    const stream = take(7, 4_000).filter((command) => command.kind === 'place' || command.kind === 'time')
    const one = new BookDriver()
    const lines = stream.flatMap((command) => {
      one.apply(command)
      return one.drain()
    })
    for (const batch of [2, 7, 64, 1_000, stream.length]) {
      const driver = new BookDriver(new OrderBook(new EventBuffer(batch)))
      const batched: string[] = []
      stream.forEach((command, i) => {
        driver.apply(command)
        if ((i + 1) % batch === 0) batched.push(...driver.drain())
      })
      batched.push(...driver.drain())
      expect(batched).toEqual(lines)
    }
  })
})

function bytesOf(book: OrderBook): number[] {
  const { events } = book
  return [...events.words.subarray(0, events.count * 8)]
}
