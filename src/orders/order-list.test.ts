import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import type { OrderQuery } from '../ports/order-reader.ts'
import { ENTRIES_PER_STEP, finish, type Paced } from '../ports/paced.ts'
import { encodeSortKey, sortKeyOf } from '../protocol/order/order-sort-key.ts'
import { lots } from '../protocol/units.ts'
import { restoreSnapshot, takeSnapshot } from '../recovery/exchange-snapshot.ts'
import { ExchangeState } from '../recovery/exchange-state.ts'

/** The ids of all pages in sequence, and the number of pages. */
function walk({ orders }: ExchangeState, account: string, query: OrderQuery) {
  const ids: string[] = []
  let pages = 0
  for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages++) {
    const page = finish(orders.list(account, { ...query, ...(cursor && { cursor }) }))
    expect(page.rows.length).toBeLessThanOrEqual(query.limit)
    ids.push(...page.rows.map(({ symbol, orderId }) => `${symbol} ${orderId}`))
    cursor = page.next
  }
  return { ids, pages }
}

test('pages of any size contain every open order of an account once, newest first, also after a restart', () => {
  fc.assert(
    fc.property(randomHistory, fc.integer({ min: 1, max: 5 }), (records, limit) => {
      const state = new ExchangeState()
      for (const record of records) state.apply(record)
      state.orders.skipCommit()
      const restored = restoreSnapshot(takeSnapshot(state))
      const open = [...state.matcher.symbols.values()].flatMap(({ symbol, names }) =>
        [...names.handles()].map((handle) => state.orders.fold.of(symbol).record(handle)),
      )
      for (const account of new Set(open.map((order) => order.account))) {
        const own = open
          .filter((order) => order.account === account)
          .sort(
            (a, b) => b.receivedAtMs - a.receivedAtMs || b.firstEvent - a.firstEvent || (a.symbol < b.symbol ? 1 : -1),
          )
        for (const each of [state, restored]) {
          for (const status of [undefined, 'OPEN', 'NEW', 'PARTIALLY_FILLED', 'FILLED'] as const) {
            const wanted = own.filter((order) => status === undefined || status === 'OPEN' || order.status === status)
            const { ids } = walk(each, account, { limit, ...(status && { status }) })
            const { ids: ascending } = walk(each, account, { limit, sort: 'asc', ...(status && { status }) })
            expect(ascending).toEqual([...ids].reverse())
            const middleMs = own[own.length >> 1].receivedAtMs
            const range = { limit, fromMs: middleMs, toMs: middleMs + 1, ...(status && { status }) }
            const within = wanted.filter(({ receivedAtMs }) => receivedAtMs === middleMs)
            const named = within.map(({ symbol, orderId }) => `${symbol} ${orderId}`)
            expect(walk(each, account, range).ids).toEqual(named)
            expect(walk(each, account, { ...range, sort: 'asc' }).ids).toEqual(named.reverse())
            expect(ids).toEqual(wanted.map(({ symbol, orderId }) => `${symbol} ${orderId}`))
          }
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a listing with few results stops after its limit of orders and continues at its cursor', () => {
  const state = definedState()
  const sell = placeOrder('sell', { account: 'bob', side: 'SELL', quantity: lots(1) })
  const commands = Array.from({ length: 50_000 }, (_, i) => placeOrder(`a${i}`, { quantity: lots(2) }))
  state.apply({ position: '1', timestampMs: 1, commands: [...commands, sell] })
  const { ids, pages } = walk(state, 'ann', { limit: 10, status: 'PARTIALLY_FILLED' })
  expect(ids).toEqual(['BTCUSD a0'])
  expect(pages).toBe(3)
  expect(walk(state, 'bob', { limit: 10, status: 'FILLED' })).toEqual({ ids: ['BTCUSD sell'], pages: 1 })
  // An open order is never FILLED, so the list reads none.
  expect(walk(state, 'ann', { limit: 10, status: 'FILLED' })).toEqual({ ids: [], pages: 1 })
})

/** Runs work to its end, and something else between two of its steps. */
function stepped<T>(work: Paced<T>, between: (step: number) => void): { answer: T; steps: number } {
  for (let steps = 1; ; steps++) {
    const step = work.next()
    if (step.done === true) return { answer: step.value, steps }
    between(steps)
  }
}

test('a cursor deep in a long list is reached in steps, and the next page begins where the last one ended', () => {
  const state = definedState()
  const count = 100 * ENTRIES_PER_STEP
  state.apply({ position: '1', timestampMs: 1, commands: Array.from({ length: count }, (_, i) => placeOrder(`a${i}`)) })
  const { orders } = state
  // The last 10 orders: the cursor names an order that no page has reached.
  const oldest = orders.fold.of('BTCUSD').record(state.matcher.locate('ann', 'a10')?.handle ?? 0)
  const cursor = encodeSortKey(sortKeyOf(oldest))
  const first = stepped(orders.list('ann', { limit: 5, cursor }), () => {})
  expect(first.answer.rows.map(({ orderId }) => orderId)).toEqual(['a9', 'a8', 'a7', 'a6', 'a5'])
  expect(first.steps).toBe(100)
  const second = stepped(
    orders.list('ann', { limit: 5, ...(first.answer.next && { cursor: first.answer.next }) }),
    () => {},
  )
  expect(second.answer.rows.map(({ orderId }) => orderId)).toEqual(['a4', 'a3', 'a2', 'a1', 'a0'])
  expect(second.steps).toBe(1)
})

test('an order that closes or enters during a list is neither missed nor doubled', () => {
  const state = definedState()
  const count = 10 * ENTRIES_PER_STEP
  const commands = Array.from({ length: count }, (_, i) => placeOrder(`a${i}`, i % 2 === 0 ? {} : { symbol: 'ETHUSD' }))
  state.apply({ position: '0001', timestampMs: 1, commands })
  const { answer } = stepped(state.orders.list('ann', { limit: 2 * count }), (step) => {
    // Some orders of each step close, some of which the list has passed. Their handles are used again.
    const changes = Array.from({ length: 200 }, (_, i) => {
      const n = (step * 997 + i * 37) % count
      const symbol = n % 2 === 0 ? 'BTCUSD' : 'ETHUSD'
      return { kind: 'CancelOrder', symbol, account: 'ann', orderId: `a${n}` } as const
    })
    const later = Array.from({ length: 100 }, (_, i) => placeOrder(`later${step}-${i}`))
    const position = String(step + 1).padStart(4, '0')
    state.apply({ position, timestampMs: 1 + step, commands: [...changes, ...later] })
    // What was matched so far goes into a commit.
    if (step === 4) state.takeCommit()
  })
  const listed = answer.rows.map(({ orderId }) => orderId).filter((id) => !id.startsWith('later'))
  expect(new Set(listed).size).toBe(listed.length)
  expect(listed).toHaveLength(count)
})
