/** What an exchange holds in memory is bounded, and it refuses commands by documented codes before it is full. */

import { describe, expect, test } from 'vitest'
import { full, gate, kinds, openExchange } from '../test/contracts/memory-exchange.ts'
import { placeOrder } from '../test/contracts/sample-records.ts'
import type { Capacity } from './ports/capacity.ts'
import type { Command } from './protocol/command/commands.ts'
import { OperationalFailure } from './protocol/failure.ts'
import { lots, ticks } from './protocol/units.ts'

describe('what an exchange holds in memory is bounded', () => {
  const openWith = (capacity: Partial<Capacity>) => openExchange(undefined, undefined, undefined, capacity)
  const ioc = (orderId: string) => placeOrder(orderId, { timeInForce: 'IOC' })
  const cancel = (orderId: string): Command => ({ kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId })

  test('the open orders of an account, over all symbols and with those in flight', async () => {
    const { submit, stream } = await openWith({ accountOpenOrdersMax: 3 })
    await submit([placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' })])
    const refused = { kind: 'refused', code: 'too_many_open_orders', max: 3 }
    expect(await submit([placeOrder('c'), placeOrder('d')])).toMatchObject([{ kind: 'accepted' }, refused])
    expect(stream.records.at(-1)?.commands).toHaveLength(1)
    // An order that was accepted before, an order that never rests, and other accounts are not refused.
    const others = [placeOrder('a'), ioc('e'), placeOrder('f', { account: 'bob' })]
    expect(kinds(await submit(others))).toEqual(['repeated', 'accepted', 'accepted'])
    await submit([cancel('b')])
    await submit([{ ...cancel('b'), symbol: 'ETHUSD' }])
    expect(kinds(await submit([placeOrder('d')]))).toEqual(['accepted'])
    // The orders of one submit count too, though none of them is matched.
    const many = ['1', '2', '3', '4'].map((orderId) => placeOrder(orderId, { account: 'eve' }))
    expect(kinds(await submit(many))).toEqual(['accepted', 'accepted', 'accepted', 'refused'])
  })

  test('the orders of an account are counted again after a restart', async () => {
    const first = await openExchange()
    await first.submit([placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' }), placeOrder('c'), cancel('c')])
    await first.exchange.close()
    const second = await openExchange(first.stream, first.store, first.snapshots, { accountOpenOrdersMax: 2 })
    expect(kinds(await second.submit([placeOrder('d')]))).toEqual(['refused'])
  })

  test('without memory, orders that may rest and new prices are refused, cancels and others are not', async () => {
    let room = true
    const { submit } = await openWith({ hasRoom: () => room })
    await submit([placeOrder('a')])
    room = false
    const amend: Command = { kind: 'AmendOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a', price: ticks(7) }
    const receipts = await submit([placeOrder('b'), amend, ioc('c'), cancel('a')])
    expect(kinds(receipts)).toEqual(['failed', 'failed', 'accepted', 'accepted'])
    expect(receipts[1]).toMatchObject({ code: 'memory_full', retryable: true })
    expect(receipts[0]).toMatchObject({ code: 'memory_full', retryable: true })
    room = true
    expect(kinds(await submit([placeOrder('b')]))).toEqual(['accepted'])
  })

  test('without memory, an amendment that keeps its price is accepted', async () => {
    let room = true
    const { submit } = await openWith({ hasRoom: () => room })
    await submit([placeOrder('a', { price: ticks(5) })])
    room = false
    const amend = (more: object): Command => ({
      kind: 'AmendOrder',
      symbol: 'BTCUSD',
      account: 'ann',
      orderId: 'a',
      ...more,
    })
    const quantity = lots(3)
    const receipts = await submit([
      ...[amend({ quantity }), amend({ quantity, price: ticks(5) }), amend({ quantity, price: ticks(6) })],
    ])
    expect(kinds(receipts)).toEqual(['accepted', 'accepted', 'failed'])
  })

  test('the events that wait for a slow store, as for one that fails', async () => {
    const { exchange, store, submit } = await openWith({ uncommittedEventsMax: 5 })
    const disk = gate()
    store.disk = disk.shut
    await submit([ioc('a')])
    const committing = exchange.commit()
    await submit([ioc('b'), ioc('c')])
    await expect(submit([ioc('d')])).rejects.toMatchObject({ code: 'overloaded', retryable: true })
    // Six events wait, which is one too many, but within the reserve of cancels.
    const mixed = await submit([ioc('d'), cancel('a')])
    expect(kinds(mixed)).toEqual(['failed', 'accepted'])
    expect(mixed[0]).toMatchObject({ code: 'overloaded' })
    await expect(submit([cancel('a')])).rejects.toMatchObject({ code: 'overloaded' })
    disk.open()
    await committing
    await exchange.commit()
    expect(kinds(await submit([ioc('d')]))).toEqual(['accepted'])
    store.disk = Promise.reject(full())
    store.disk.catch(() => {})
    await submit([ioc('e'), ioc('f')])
    await expect(exchange.commit()).rejects.toThrow('full')
    await expect(submit([ioc('g')])).rejects.toMatchObject({ code: 'storage_full', retryable: true })
  })
})

test('an order whose id cannot be looked up fails alone, and can be sent again', async () => {
  const { submit, store } = await openExchange()
  const find = store.find.bind(store)
  store.find = (account, orderId) => {
    if (orderId === 'b') throw new OperationalFailure('storage_failed', 'EIO', { retryable: true })
    return find(account, orderId)
  }
  const receipts = await submit([placeOrder('a'), placeOrder('b'), placeOrder('c')])
  expect(kinds(receipts)).toEqual(['accepted', 'failed', 'accepted'])
  expect(receipts[1]).toMatchObject({ code: 'storage_failed' })
  store.find = find
  expect(kinds(await submit([placeOrder('a'), placeOrder('b')]))).toEqual(['repeated', 'accepted'])
})
