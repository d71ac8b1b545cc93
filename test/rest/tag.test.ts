/** The tag of an order: the orders and fills of its account contain it, and no other account can read it. */

import { expect, test } from 'vitest'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { clientOf, GUIDE_ORDER, WAIT } from './client.ts'

/** 64 code points, 128 UTF-16 units, 256 bytes of UTF-8. */
const LONGEST = '🏔'.repeat(64)

/** Two accounts of one exchange. */
function twoClients() {
  const exchange = new InMemoryExchange()
  const as = (account: string) =>
    clientOf(exchange, { authenticate: () => ({ account, operator: false, keyName: account }) })
  return { exchange, ann: as('ann'), bob: as('bob') }
}

test('shows each side of a trade only its own tag', async () => {
  const { exchange, ann, bob } = twoClients()
  await ann.post('/orders', { ...GUIDE_ORDER, orderId: 'm', side: 'SELL', tag: 'of the maker' })
  const taken = await bob.post('/orders', { ...GUIDE_ORDER, orderId: 't', quantity: 1, tag: LONGEST }, WAIT)
  expect(taken.status).toBe(200)
  expect(taken.body.tag).toBe(LONGEST)
  expect(taken.body.fills).toMatchObject([{ liquidity: 'TAKER', tag: LONGEST }])
  const made = (await ann.get('/orders/m')).body
  expect([made.tag, made.fills[0].tag]).toEqual(['of the maker', 'of the maker'])
  expect((await bob.get('/orders')).body.orders).toMatchObject([{ orderId: 't', tag: LONGEST }])
  expect(exchange.trades).toMatchObject([{ makerTag: 'of the maker', takerTag: LONGEST }])
  for (const path of ['/trades/BTCUSD', '/book/BTCUSD', '/orders/t', '/orders']) {
    expect(JSON.stringify((await bob.get(path)).body), path).not.toContain('of the maker')
  }
  expect(JSON.stringify((await ann.get('/trades/BTCUSD')).body)).not.toContain('🏔')
})

test('shows no tag for an order without one, if the other side has a tag', async () => {
  const { exchange, ann, bob } = twoClients()
  await ann.post('/orders', { ...GUIDE_ORDER, orderId: 'm', side: 'SELL' })
  await ann.post('/orders', { ...GUIDE_ORDER, orderId: 'n', side: 'SELL', price: 60_000, tag: 'rests' })
  const taken = await bob.post('/orders', { ...GUIDE_ORDER, orderId: 't' }, WAIT)
  expect(taken.body).toMatchObject({ tag: null, fills: [{ tag: null }] })
  expect(Object.keys(exchange.trades[0]).filter((name) => name.endsWith('Tag'))).toEqual([])
})

test('rejects another tag under the same order id as a conflict', async () => {
  const { ann } = twoClients()
  const tagged = { ...GUIDE_ORDER, tag: 'a "quote" and a \\' }
  expect((await ann.post('/orders', tagged)).status).toBe(202)
  expect((await ann.post('/orders', tagged)).headers.get('idempotent-replayed')).toBe('true')
  expect((await ann.post('/orders', { ...tagged, tag: 'other' })).body.code).toBe('order_id_conflict')
})
