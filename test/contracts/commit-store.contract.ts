/** The contract of a commit store: a batch is stored whole or not at all, and starts at the end of the last one. */

import { describe, expect, test } from 'vitest'
import { type Commit, type CommitStore, StaleCommit } from '../../src/ports/commit-store.ts'
import { BEGINNING } from '../../src/ports/order-stream.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import type { Lots } from '../../src/protocol/units.ts'
import { RULES_OLDEST } from '../../src/protocol/versions.ts'
import { orderRecord, tradeRecord } from './sample-records.ts'

export interface StoreUnderTest<S extends CommitStore = CommitStore> {
  readonly store: S
  /** The same store, opened a second time, as another process would. */
  openAgain(): S
  reopen(): Promise<StoreUnderTest<S>>
}

/** A batch; without trades by default. */
export const batch = (from: string, to: string, orders: OrderRecord[], more: Partial<Commit> = {}): Commit => ({
  from,
  to,
  rules: RULES_OLDEST,
  orders,
  trades: [],
  ...more,
})

export function commitStoreContract(open: () => Promise<StoreUnderTest>): void {
  describe('a commit store', () => {
    test('is empty at first, at the beginning of the stream', async () => {
      const { store } = await open()
      expect(await store.appliedPosition()).toBe(BEGINNING)
      expect(store.find('ann', 'a')).toBeUndefined()
      await store.flushed()
    })

    test('has the orders of a batch and its position', async () => {
      const { store } = await open()
      const order = orderRecord('a', 1, { fills: [1, 2], requestId: 'r', reason: 'requested' })
      await store.commit(batch(BEGINNING, '1', [order], { trades: [tradeRecord(1), tradeRecord(2)] }))
      expect(await store.appliedPosition()).toBe('1')
      expect(store.find('ann', 'a')).toEqual(order)
      expect(store.find('bob', 'a')).toBeUndefined()
    })

    test('replaces the record of an order that changed', async () => {
      const { store } = await open()
      await store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
      const filled = orderRecord('a', 1, { status: 'FILLED', filled: 10 as Lots, lastEvent: 9, fills: [1] })
      await store.commit(batch('1', '2', [filled]))
      expect(store.find('ann', 'a')).toEqual(filled)
    })

    test('copies the batch before it waits', async () => {
      const { store } = await open()
      const order = { ...orderRecord('a', 1), fills: [1] }
      const committing = store.commit(batch(BEGINNING, '1', [order]))
      order.status = 'CANCELED'
      order.fills.push(2)
      await committing
      expect(store.find('ann', 'a')).toMatchObject({ status: 'NEW', fills: [1] })
    })

    test.each([
      ['again', BEGINNING, '2'],
      ['from ahead', '3', '4'],
    ])('refuses a batch %s as a whole', async (_, from, to) => {
      const { store } = await open()
      await store.commit(batch(BEGINNING, '2', [orderRecord('a', 1)]))
      const stale = batch(from, to, [orderRecord('a', 1, { status: 'CANCELED' }), orderRecord('b', 2)])
      await expect(store.commit(stale)).rejects.toThrow(StaleCommit)
      expect(await store.appliedPosition()).toBe('2')
      expect(store.find('ann', 'a')?.status).toBe('NEW')
      expect(store.find('ann', 'b')).toBeUndefined()
    })

    test.each([1, 3_000])('refuses the batch of a second matcher that has fallen behind: %d orders', async (count) => {
      const opened = await open()
      const { store } = opened
      const late = opened.openAgain()
      const orders = Array.from({ length: count }, (_, i) => orderRecord(`o-${i}`, i + 1))
      await store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
      const second = opened.openAgain()
      await store.commit(batch('1', '2', [orderRecord('b', 2)]))
      await expect(late.commit(batch(BEGINNING, '2', orders))).rejects.toThrow(StaleCommit)
      await expect(second.commit(batch('1', '2', orders))).rejects.toThrow(StaleCommit)
      // Nothing of it was stored, and the first matcher goes on.
      expect(store.find('ann', 'o-0')).toBeUndefined()
      await store.commit(batch('2', '3', orders))
      expect((await opened.reopen()).store.find('ann', 'o-0')).toEqual(orders[0])
    })

    test('of two batches from one position, one is stored', async () => {
      const opened = await open()
      await opened.store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
      const [one, two] = [opened.store, opened.openAgain()]
      const many = (name: string) => Array.from({ length: 3_000 }, (_, i) => orderRecord(`${name}-${i}`, i + 1))
      const results = await Promise.allSettled([
        one.commit(batch('1', '2', many('one'))),
        two.commit(batch('1', '2', many('two'))),
      ])
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      const { store } = await opened.reopen()
      const winner = results[0].status === 'fulfilled' ? 'one' : 'two'
      expect(store.find('ann', 'one-2999') === undefined).toBe(winner === 'two')
      expect(store.find('ann', 'two-2999') === undefined).toBe(winner === 'one')
    })

    test('separates accounts that use the same id, also across symbols', async () => {
      const { store } = await open()
      const orders = [
        orderRecord('x', 1),
        orderRecord('x', 2, { account: 'bob' }),
        orderRecord('y', 1, { account: 'bob', symbol: 'ETHUSD' }),
      ]
      await store.commit(batch(BEGINNING, '1', orders))
      for (const order of orders) expect(store.find(order.account, order.orderId)).toEqual(order)
    })

    test('keeps its records across a restart', async () => {
      const opened = await open()
      await opened.store.commit(batch(BEGINNING, '1', [orderRecord('a', 1)]))
      await opened.store.flushed()
      const { store } = await opened.reopen()
      expect(await store.appliedPosition()).toBe('1')
      // The store detects new orders in the second batch by the events of the first.
      await store.commit(batch('1', '2', [orderRecord('a', 1, { lastEvent: 2 }), orderRecord('b', 3)]))
      expect(store.find('ann', 'a')).toMatchObject({ lastEvent: 2 })
      expect(store.find('ann', 'b')).toMatchObject({ firstEvent: 3 })
    })
  })
}
