/** The end of a connection without a session in memory: its orders are canceled, and nothing of it is left. */

import { describe, expect, test } from 'vitest'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { leaveConnection, sweepConnections } from '../../src/websocket/stored/end-connection.ts'
import { order } from './socket-client.ts'
import { fails, opened, openIds, placeElsewhere, unavailable } from './stored-world.ts'

describe('the end of a stored connection', () => {
  test('cancels its open orders, and leaves those of other connections', async () => {
    const { world, client, place } = await opened()
    await place('mine')
    await client.ask('placeBatch', { orders: [order({ orderId: 'b-1' }), order({ orderId: 'b-2' })], wait: 1 })
    await placeElsewhere(world, 'theirs')
    await client.ask('cancel', { orderId: 'b-1' })
    await client.disconnect()
    expect(openIds(world)).toEqual(['theirs'])
    expect(world.exchange.orders.get('alice/mine')).toMatchObject({ status: 'CANCELED', reason: 'requested' })
    expect(await world.connections.read(client.connectionId)).toBeUndefined()
  })

  test('cancels nothing without the option', async () => {
    const { world, client, place } = await opened(false)
    await place('mine')
    await client.disconnect()
    expect(openIds(world)).toEqual(['mine'])
  })

  test('cancels an order of which nobody knows whether it is durable', async () => {
    const { world, client, place } = await opened()
    world.exchange.failure = new OperationalFailure('not_confirmed', 'late', { retryable: false })
    expect(await place('uncertain')).toMatchObject({ error: { code: 'not_confirmed' } })
    world.exchange.failure = undefined
    await client.disconnect()
    expect(world.exchange.submissions.flat()).toMatchObject([{ kind: 'CancelOrder', orderId: 'uncertain' }])
  })

  test('cancels an order that was being placed meanwhile, or that cannot be noted', async () => {
    const { world, client, place } = await opened()
    const { submit } = world.ports.orderEntry
    Object.assign(world.ports.orderEntry, {
      submit: async (...sent: Parameters<typeof submit>) => {
        if (sent[0][0].kind === 'PlaceOrder') await client.disconnect()
        return submit(...sent)
      },
    })
    await place('late')
    expect(world.exchange.orders.get('alice/late')).toMatchObject({ status: 'CANCELED' })
    const next = await world.connect()
    Object.assign(world.ports.orderEntry, { submit })
    await next.authenticate('alice', { cancelOnDisconnect: true })
    Object.assign(world.connections, { remember: fails })
    await next.ask('place', { order: order({ orderId: 'unnoted' }) })
    expect(world.exchange.orders.get('alice/unnoted')).toMatchObject({ status: 'CANCELED' })
    expect(next.isOpen).toBe(false)
  })

  test('is noticed by an answer that nobody takes', async () => {
    const { world, client, place } = await opened()
    await place('mine')
    client.close()
    await client.ask('ping')
    expect(openIds(world)).toEqual([])
    expect(await world.connections.read(client.connectionId)).toBeUndefined()
  })

  test('is noticed by the sweep, also if others fail, and also one that was only left', async () => {
    const { world, client, place } = await opened()
    await place('mine')
    const [left, alive, failing] = await Promise.all([world.connect(), world.connect(), world.connect()])
    for (const each of [left, alive, failing]) {
      await each.authenticate('alice', { cancelOnDisconnect: true })
      await each.ask('place', { order: order({ orderId: each.connectionId.slice(0, -1) }) })
    }
    const topic = { channel: 'ticker', symbol: 'BTCUSD' } as const
    await left.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD'] })
    await leaveConnection(world.connections, left.connectionId, [topic])
    expect(await world.connections.followersOfSymbol('BTCUSD')).toEqual([])
    expect(openIds(world)).toHaveLength(4)
    client.close()
    const { isOpen: ask } = world.ports.posts
    Object.assign(world.ports.posts, {
      isOpen: (id: string) => (id === failing.connectionId ? fails() : ask(id)),
    })
    expect(await sweepConnections(world.ports)).toBe(2)
    expect(world.failures).toEqual([unavailable])
    expect(openIds(world).sort()).toEqual([alive, failing].map(({ connectionId }) => connectionId.slice(0, -1)).sort())
    expect((await world.connections.canceling()).sort()).toEqual([alive.connectionId, failing.connectionId].sort())
  })

  test('is finished by the sweep if the order stream accepted nothing', async () => {
    const { world, client, place } = await opened()
    await place('mine')
    const { openAmong } = world.ports
    Object.assign(world.ports, { openAmong: async () => Promise.reject(new Error('a defect')) })
    await expect(client.disconnect()).rejects.toThrow('a defect')
    expect(await world.connections.read(client.connectionId)).toMatchObject({ ending: true })
    Object.assign(world.ports, { openAmong })
    expect(await sweepConnections(world.ports)).toBe(1)
    expect(openIds(world)).toEqual([])
  })

  test('without cancels removes its rows when it is left', async () => {
    const { world, client } = await opened(false)
    await client.ask('subscribe', { channel: 'ticker', symbols: ['BTCUSD'] })
    await leaveConnection(world.connections, client.connectionId, [])
    expect(await world.connections.read(client.connectionId)).toBeUndefined()
  })
})
