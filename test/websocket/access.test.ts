/** No account sees the orders of another by any channel or answer. */

import { expect, test } from 'vitest'
import { type SocketClient, settled, worldOf } from './socket-client.ts'

/** Text that only the orders of alice contain. */
const SECRETS = ['secret-id', 'secret-tag', 'secret-request', 'alice', 'key-alice']

const CHANNELS: readonly object[] = [
  { channel: 'book', symbols: ['BTCUSD', 'ETHUSD'] },
  { channel: 'trades', symbols: ['BTCUSD', 'ETHUSD'] },
  { channel: 'ticker', symbols: ['BTCUSD', 'ETHUSD'] },
  { channel: 'candles', symbols: ['BTCUSD', 'ETHUSD'], interval: '1s' },
]

async function trade(alice: SocketClient, maker: SocketClient): Promise<void> {
  for (const [i, symbol] of ['BTCUSD', 'ETHUSD'].entries()) {
    const mine = { symbol, orderId: `secret-id-${i}`, tag: 'secret-tag', quantity: '2', price: '100' }
    alice.session.receive(JSON.stringify({ id: `secret-request-${i}`, op: 'place', order: { ...mine, side: 'BUY' } }))
    await alice.answerTo(`secret-request-${i}`)
    await settled()
    await maker.ask('place', { order: { symbol, orderId: `bob-${i}`, side: 'SELL', quantity: '1', price: '100' } })
    await alice.ask('amend', { orderId: `secret-id-${i}`, quantity: '1.5' })
    await alice.ask('cancel', { orderId: `secret-id-${i}` })
    await alice.ask('place', { order: { ...mine, orderId: `secret-id-${i}-x`, side: 'SELL', postOnly: true } })
  }
  await alice.ask('cancelAll')
}

test('the messages of other accounts and of anonymous clients contain nothing of an order of an account', async () => {
  const world = worldOf()
  const [alice, bob, nobody] = [world.connect(), world.connect(), world.connect()]
  await alice.authenticate('alice')
  await bob.authenticate('bob')
  for (const client of [alice, bob, nobody]) {
    for (const channel of CHANNELS) await client.ask('subscribe', channel)
  }
  for (const client of [alice, bob]) await client.ask('subscribe', { channel: 'orders' })
  await nobody.ask('subscribe', { channel: 'orders' })
  await settled()
  await trade(alice, bob)
  // Bob guesses the ids.
  for (const orderId of ['secret-id-0', 'secret-id-0-x']) {
    for (const op of ['cancel', 'amend']) {
      const answer = await bob.ask(op, { orderId, ...(op === 'amend' && { quantity: '1' }) })
      expect(answer).toMatchObject({ type: 'error', error: { code: 'order_not_found' } })
    }
  }
  await settled()
  const [own, others] = [JSON.stringify(alice.received), JSON.stringify([bob.received, nobody.received])]
  for (const secret of SECRETS.slice(0, 2)) expect(own).toContain(secret)
  for (const secret of SECRETS) expect(others).not.toContain(secret)
  const kinds = bob
    .data('orders')
    .flatMap(({ updates = [] }) => updates.map(({ event }: { event: { type: string } }) => event.type))
  expect(kinds).toEqual(['ACCEPTED', 'TRADE', 'ACCEPTED', 'TRADE'])
  expect(nobody.data('trades').length).toBe(4)
})

test('a connection has its own account after a failure of the feed, and no request can name another', async () => {
  const world = worldOf()
  const bob = world.connect()
  await bob.authenticate('bob')
  for (const more of [{ account: 'alice' }, { symbols: ['alice'] }, { topic: { account: 'alice' } }]) {
    expect(await bob.ask('subscribe', { channel: 'orders', ...more })).toMatchObject({ type: 'error' })
  }
  expect(await bob.ask('subscriptions')).toMatchObject({ result: { subscriptions: [] } })
})
