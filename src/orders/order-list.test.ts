import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import type { OrderQuery } from '../ports/order-reader.ts'
import { lots } from '../protocol/units.ts'
import { restoreSnapshot, takeSnapshot } from '../recovery/exchange-snapshot.ts'
import { ExchangeState } from '../recovery/exchange-state.ts'

const nothingStored = async () => ({ rows: [] })

/** The ids of all pages in sequence, and the number of pages. */
async function walk({ orders }: ExchangeState, account: string, query: OrderQuery) {
  const ids: string[] = []
  let pages = 0
  for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages++) {
    const page = await orders.list(account, { ...query, ...(cursor && { cursor }) }, nothingStored)
    expect(page.rows.length).toBeLessThanOrEqual(query.limit)
    ids.push(...page.rows.map(({ symbol, orderId }) => `${symbol} ${orderId}`))
    cursor = page.next
  }
  return { ids, pages }
}

test('pages of any size contain every open order of an account once, newest first, also after a restart', async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, fc.integer({ min: 1, max: 5 }), async (records, limit) => {
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
            const { ids } = await walk(each, account, { limit, ...(status && { status }) })
            expect(ids).toEqual(wanted.map(({ symbol, orderId }) => `${symbol} ${orderId}`))
          }
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a listing with few results stops after its limit of orders and continues at its cursor', async () => {
  const state = new ExchangeState()
  const sell = placeOrder('sell', { account: 'bob', side: 'SELL', quantity: lots(1) })
  const commands = Array.from({ length: 50_000 }, (_, i) => placeOrder(`a${i}`, { quantity: lots(2) }))
  state.apply({ position: '1', timestampMs: 1, commands: [...commands, sell] })
  const { ids, pages } = await walk(state, 'ann', { limit: 10, status: 'PARTIALLY_FILLED' })
  expect(ids).toEqual(['BTCUSD a0'])
  expect(pages).toBe(3)
  expect(await walk(state, 'bob', { limit: 10, status: 'FILLED' })).toEqual({ ids: ['BTCUSD sell'], pages: 1 })
  // An open order is never FILLED, so the list reads none.
  expect(await walk(state, 'ann', { limit: 10, status: 'FILLED' })).toEqual({ ids: [], pages: 1 })
})
