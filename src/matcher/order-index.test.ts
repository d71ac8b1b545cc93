import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OpenOrderNames } from './open-order-names.ts'
import { handleOf, hashOf, OrderIndex } from './order-index.ts'

const SYMBOLS = ['ONE', 'TWO', 'THREE']

/** The index, and a map from names to places for comparison. */
class Pair {
  readonly index = new OrderIndex()
  readonly books = SYMBOLS.map((symbol) => new OpenOrderNames(symbol))
  readonly model = new Map<string, { symbol: number; handle: number }>()
  private readonly next = SYMBOLS.map(() => 1)
  private readonly free: number[][] = SYMBOLS.map(() => [])

  constructor() {
    for (const book of this.books) this.index.join(book)
  }

  add(symbol: number, account: string, orderId: string): void {
    const key = `${account}/${orderId}`
    if (this.model.has(key)) return
    const handle = this.free[symbol].pop() ?? this.next[symbol]++
    const book = this.books[symbol]
    const number = book.accountNumber(account) || book.addAccount(account)
    const hash = hashOf(account, orderId)
    book.enter(handle, orderId, { account: number, options: 0, price: 1, hash, extras: undefined })
    this.index.add(symbol, handle)
    this.model.set(key, { symbol, handle })
  }

  remove(account: string, orderId: string): void {
    const known = this.model.get(`${account}/${orderId}`)
    if (known === undefined) return
    this.index.remove(known.symbol, known.handle)
    this.books[known.symbol].remove(known.handle)
    this.free[known.symbol].push(known.handle)
    this.model.delete(`${account}/${orderId}`)
  }

  find(account: string, orderId: string): { symbol: number; handle: number } | undefined {
    const place = this.index.find(account, orderId)
    if (place === 0) return undefined
    return { symbol: this.books.indexOf(this.index.namesAt(place)), handle: handleOf(place) }
  }

  /** Ids of an account's orders of one symbol, oldest first. */
  listed(symbol: number, account: string): string[] {
    const number = this.books[symbol].accountNumber(account)
    return this.books[symbol].oldestFirst(number).map((handle) => this.books[symbol].orderIds[handle])
  }

  expected(symbol: number, account: string): string[] {
    const own = [...this.model].filter(([key, at]) => at.symbol === symbol && key.startsWith(`${account}/`))
    return own.map(([key]) => key.slice(account.length + 1))
  }
}

describe('OrderIndex', () => {
  test('finds the same orders as a map, after any additions and removals', () => {
    const step = fc.record({
      adds: fc.boolean(),
      symbol: fc.nat(SYMBOLS.length - 1),
      account: fc.constantFrom('a', 'ann', 'bob'),
      orderId: fc.integer({ min: 0, max: 120 }).map(String),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const pair = new Pair()
        for (const { adds, symbol, account, orderId } of steps) {
          if (adds) pair.add(symbol, account, orderId)
          else pair.remove(account, orderId)
          expect(pair.find(account, orderId)).toEqual(pair.model.get(`${account}/${orderId}`))
        }
        for (const account of ['a', 'ann', 'bob']) {
          for (let id = 0; id <= 120; id++) {
            expect(pair.find(account, String(id))).toEqual(pair.model.get(`${account}/${id}`))
          }
          for (let symbol = 0; symbol < SYMBOLS.length; symbol++) {
            expect(pair.listed(symbol, account)).toEqual(pair.expected(symbol, account))
          }
        }
      }),
    )
  })

  test('distinguishes names with the same letters split at another place', () => {
    const pair = new Pair()
    pair.add(0, 'ab', 'c')
    expect(pair.find('a', 'bc')).toBeUndefined()
    expect(pair.find('abc', '')).toBeUndefined()
    expect(pair.find('ab', 'c')).toEqual({ symbol: 0, handle: 1 })
  })

  test('finds each of a hundred thousand names of maximum length', () => {
    const pair = new Pair()
    const account = 'z'.repeat(64)
    const name = (i: number) => String(i).padStart(64, 'z')
    for (let i = 0; i < 100_000; i++) pair.add(i % 3, account, name(i))
    for (let i = 0; i < 100_000; i += 2) pair.remove(account, name(i))
    for (let i = 0; i < 100_000; i++) {
      expect(pair.find(account, name(i))).toEqual(pair.model.get(`${account}/${name(i)}`))
    }
  })
})
