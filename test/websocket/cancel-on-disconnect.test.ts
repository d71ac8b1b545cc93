/** What a connection with cancelOnDisconnect cancels when it ends, and what it leaves. */

import { describe, expect, test } from 'vitest'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { BATCH_ORDERS_MAX, CONNECTION_ORDERS_MIN } from '../../src/protocol/limits.ts'
import { isOpen } from '../../src/protocol/records.ts'
import { ConnectionOrders } from '../../src/websocket/session/connection-orders.ts'
import type { SocketPorts } from '../../src/websocket/session/session-ports.ts'
import { order, settled, type World, worldOf } from './socket-client.ts'

const openIds = ({ exchange }: World): string[] =>
  [...exchange.orders.values()].filter(({ status }) => isOpen(status)).map(({ orderId }) => orderId)

async function opened(cancelOnDisconnect = true) {
  const world = worldOf()
  const client = world.connect()
  await client.authenticate('alice', { cancelOnDisconnect })
  const other = world.connect()
  await other.authenticate('alice')
  const place = (orderId: string, more: object = {}, by = client) =>
    by.ask('place', { order: order({ orderId, ...more }) })
  return { world, client, other, place }
}

describe('the end of a connection', () => {
  test('cancels its open orders with commands, and leaves those of other connections', async () => {
    const { world, client, other, place } = await opened()
    await place('mine')
    await client.ask('placeBatch', { orders: [order({ orderId: 'batch-1' }), order({ orderId: 'batch-2' })], wait: 1 })
    const { result } = await client.ask('place', { order: order({ orderId: undefined }) })
    await place('theirs', {}, other)
    await other.ask('amend', { orderId: 'mine', quantity: '0.5' })
    await other.ask('cancel', { orderId: 'batch-1' })
    const before = world.exchange.submissions.length
    await client.session.ended()
    expect(openIds(world)).toEqual(['theirs'])
    const commands = world.exchange.submissions.slice(before).flat()
    expect(
      commands.map((command) => [command.kind, 'orderId' in command && command.orderId, command.requestId]),
    ).toEqual([result.orderId, 'batch-2', 'mine'].map((id) => ['CancelOrder', id, 'cancel-on-disconnect']))
    expect(world.exchange.orders.get('alice/mine')).toMatchObject({ status: 'CANCELED', reason: 'requested' })
  })

  test('cancels nothing without the option', async () => {
    const { world, client, place } = await opened(false)
    await place('mine')
    await client.session.ended()
    expect(openIds(world)).toEqual(['mine'])
  })

  test('cancels an order that was sent again over it', async () => {
    const { world, client, other, place } = await opened()
    const again = { price: '99.00' }
    await place('first', again, other)
    expect(await place('first', again)).toMatchObject({ replayed: true })
    expect(await place('first', { price: '98.00' })).toMatchObject({ type: 'error' })
    await client.session.ended()
    expect(openIds(world)).toEqual([])
  })

  test('cancels an order whose place was not answered, when it is durable', async () => {
    const { world, client } = await opened()
    const { submit } = world.ports.orderEntry
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    Object.assign(world.ports, {
      orderEntry: {
        submit: async (...sent: Parameters<typeof submit>) => {
          if (sent[0][0].kind === 'PlaceOrder') await gate
          return submit(...sent)
        },
      },
    })
    client.session.receive(JSON.stringify({ id: 1, op: 'place', order: order({ orderId: 'late' }) }))
    let done = false
    const ended = client.session.ended().then(() => {
      done = true
    })
    await settled()
    expect([done, openIds(world)]).toEqual([false, []])
    go()
    await ended
    expect(world.exchange.orders.get('alice/late')).toMatchObject({ status: 'CANCELED' })
  })

  test('cancels an order of which nobody knows whether it is durable', async () => {
    const { world, client, place } = await opened()
    world.exchange.failure = new OperationalFailure('not_confirmed', 'late', { retryable: false })
    expect(await place('uncertain')).toMatchObject({ error: { code: 'not_confirmed', orderId: 'uncertain' } })
    const orders = [order({ orderId: 'batch-1' }), order({ orderId: 'batch-2', symbol: 'ETHUSD' })]
    expect(await client.ask('placeBatch', { orders })).toMatchObject({ error: { code: 'not_confirmed' } })
    world.exchange.failure = new OperationalFailure('overloaded', 'full', { retryable: true })
    expect(await place('refused')).toMatchObject({ error: { code: 'overloaded' } })
    world.exchange.failure = undefined
    await client.session.ended()
    const commands = world.exchange.submissions.flat()
    expect(commands.map((command) => [command.symbol, 'orderId' in command && command.orderId])).toEqual([
      ['BTCUSD', 'uncertain'],
      ['BTCUSD', 'batch-1'],
      ['ETHUSD', 'batch-2'],
    ])
  })

  test('tries again if the order stream accepts nothing for a moment, and reports if it gives up', async () => {
    const { world, client, place } = await opened()
    await place('mine')
    const failure = new OperationalFailure('overloaded', 'full', { retryable: true, retryAfterMs: 1 })
    const { submit } = world.ports.orderEntry
    let left = 2
    Object.assign(world.ports, {
      orderEntry: {
        submit: async (...sent: Parameters<typeof submit>) => {
          if (left-- > 0) throw failure
          return submit(...sent)
        },
      },
    })
    await client.session.ended()
    expect([openIds(world), world.failures]).toEqual([[], []])
    const again = await opened()
    await again.place('mine')
    again.world.exchange.failure = failure
    await again.client.session.ended()
    expect(again.world.failures).toEqual([failure])
    expect(openIds(again.world)).toEqual(['mine'])
  })
})

describe('the memory of a connection', () => {
  /** Orders of which only those in `open` are open. */
  function remembering(open: ReadonlySet<string>) {
    const lists: number[] = []
    const commands: string[][] = []
    const rows = [...open].map((orderId) => ({ orderId, symbol: 'BTCUSD' }))
    const ports = {
      ...worldOf().ports,
      orderReader: {
        list: async (_: string, { limit, cursor = '0' }: { limit: number; cursor?: string }) => {
          lists.push(Number(cursor))
          const next = Number(cursor) + limit
          return { rows: rows.slice(Number(cursor), next), ...(next < rows.length && { next: String(next) }) }
        },
      },
      orderEntry: {
        submit: async (sent: { orderId: string }[]) => {
          commands.push(sent.map(({ orderId }) => orderId))
          return sent.map(() => ({ kind: 'accepted', receivedAtMs: 1 }))
        },
      },
    } as unknown as SocketPorts
    const orders = new ConnectionOrders(ports)
    const place = (orderId: string) =>
      orders.placed({
        orderId,
        symbol: 'BTCUSD',
        replayed: false,
        receivedAtMs: 1,
        status: 'PENDING',
        order: undefined,
      })
    orders.remember('alice')
    return { orders, place, lists, commands }
  }

  test('cancels many orders in several submissions', async () => {
    const open = new Set(Array.from({ length: 2 * BATCH_ORDERS_MAX + 1 }, (_, i) => `o-${i}`))
    const { orders, place, commands } = remembering(new Set([...open, 'other']))
    for (const orderId of open) place(orderId)
    await orders.cancelRemembered()
    expect(commands.map(({ length }) => length)).toEqual([BATCH_ORDERS_MAX, BATCH_ORDERS_MAX, 1])
    expect(commands.flat()).toEqual([...open])
  })

  test('forgets closed orders when it has grown, and reads the list once for each doubling', async () => {
    const open = new Set(Array.from({ length: 1_500 }, (_, i) => `open-${i}`))
    const { orders, place, lists } = remembering(open)
    for (const orderId of open) place(orderId)
    for (let i = 0; i < CONNECTION_ORDERS_MIN; i++) place(`closed-${i}`)
    await settled()
    // Orders that were placed while the list was read are kept.
    expect([orders.size, lists]).toEqual([2 * open.size - 1, [0, 1_000]])
    for (let i = 0; i < CONNECTION_ORDERS_MIN / 2; i++) place(`more-${i}`)
    await settled()
    expect(lists).toEqual([0, 1_000])
  })
})
