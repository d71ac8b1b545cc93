import { expect, test } from 'vitest'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { type Body, clientOf, GUIDE_ORDER } from './client.ts'

/** ann sells 1, 2 and 3 to bob in BTCUSD, a second apart, then buys 1 of herself in ETHUSD. */
async function tradedClients() {
  const exchange = new InMemoryExchange()
  const [ann, bob] = ['ann', 'bob'].map((account) =>
    clientOf(exchange, { authenticate: () => ({ account, operator: false, keyName: account }) }),
  )
  for (const quantity of [1, 2, 3]) {
    await ann.post('/orders', { ...GUIDE_ORDER, orderId: `s${quantity}`, side: 'SELL', quantity, tag: 'desk-7' })
    await bob.post('/orders', { ...GUIDE_ORDER, orderId: `b${quantity}`, quantity, type: 'LIMIT' })
    exchange.nowMs += 1_000
  }
  const own = { ...GUIDE_ORDER, symbol: 'ETHUSD', quantity: 1, price: 2_000 }
  await ann.post('/orders', { ...own, orderId: 'own-sell', side: 'SELL' })
  await ann.post('/orders', { ...own, orderId: 'own-buy' })
  return { ann, bob, exchange }
}

const idsOf = (body: Body): string[] => body.fills.map((fill: Body) => `${fill.tradeId} ${fill.orderId}`)

test('fills have the own side, order and tag, newest first, and nothing of the other account', async () => {
  const { ann, bob } = await tradedClients()
  const { body } = await ann.get('/fills')
  expect(idsOf(body)).toEqual(['ETHUSD-1 own-buy', 'ETHUSD-1 own-sell', 'BTCUSD-3 s3', 'BTCUSD-2 s2', 'BTCUSD-1 s1'])
  expect(body.fills[3]).toEqual({
    tradeId: 'BTCUSD-2',
    orderId: 's2',
    symbol: 'BTCUSD',
    side: 'SELL',
    price: '50000.00',
    quantity: '2',
    liquidity: 'MAKER',
    tag: 'desk-7',
    timestamp: '2026-01-31T12:00:01.000Z',
    sequence: 7,
  })
  const { body: other } = await bob.get('/fills?sort=asc&limit=2')
  expect(idsOf(other)).toEqual(['BTCUSD-1 b1', 'BTCUSD-2 b2'])
  expect(other.fills[0]).toMatchObject({ side: 'BUY', liquidity: 'TAKER', tag: null })
  expect(JSON.stringify(other)).not.toContain('desk-7')
  const { body: rest } = await bob.get(`/fills?sort=asc&limit=2&cursor=${other.nextCursor}`)
  expect([idsOf(rest), rest.nextCursor]).toEqual([['BTCUSD-3 b3'], null])
})

test.each([
  ['symbol=ETHUSD', ['ETHUSD-1 own-buy', 'ETHUSD-1 own-sell']],
  ['orderId=s2', ['BTCUSD-2 s2']],
  ['orderId=own-sell', ['ETHUSD-1 own-sell']],
  ['orderId=s2&symbol=ETHUSD', []],
  ['from=2026-01-31T12:00:01Z&to=2026-01-31T12:00:02Z', ['BTCUSD-2 s2']],
  ['orderId=s2&from=2026-01-31T12:00:02Z', []],
])('fills are listed by %s', async (query, ids) => {
  const { ann } = await tradedClients()
  expect(idsOf((await ann.get(`/fills?${query}`)).body)).toEqual(ids)
})

test('fills of one order are read through its record', async () => {
  const { exchange } = await tradedClients()
  const list = () => Promise.reject(new Error('the list of the account was read'))
  const client = clientOf(exchange, {
    authenticate: () => ({ account: 'ann', operator: false, keyName: 'k' }),
    fillReader: { list },
  })
  expect(idsOf((await client.get('/fills?orderId=s3')).body)).toEqual(['BTCUSD-3 s3'])
})

test('without a list of the account, fills are listed by order', async () => {
  const { exchange } = await tradedClients()
  const authenticate = () => ({ account: 'ann', operator: false, keyName: 'k' })
  const client = clientOf(exchange, { authenticate, fillReader: undefined } as object)
  expect(idsOf((await client.get('/fills?orderId=s3')).body)).toEqual(['BTCUSD-3 s3'])
  const reply = await client.get('/fills')
  expect([reply.status, reply.body.code]).toEqual([501, 'not_offered'])
})

test.each([
  ['orderId=none', 404, 'order_not_found'],
  ['orderId=b1', 404, 'order_not_found'],
  ['symbol=NONE', 422, 'unknown_symbol'],
  ['cursor=nonsense', 400, 'invalid_parameter'],
  ['orderId=a/b', 400, 'invalid_parameter'],
  ['status=OPEN', 400, 'invalid_parameter'],
  ['from=2026-01-31T12:00:01Z&to=2026-01-31T12:00:01Z', 400, 'invalid_parameter'],
])('%s is rejected', async (query, status, code) => {
  const { ann } = await tradedClients()
  const reply = await ann.get(`/fills?${query}`)
  expect([reply.status, reply.body.code]).toEqual([status, code])
})
