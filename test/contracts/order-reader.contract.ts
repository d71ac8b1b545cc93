/** The contract of a reader of orders and trades. The suite fills it through the commit store. */

import { describe, expect, test } from 'vitest'
import type { CommitStore } from '../../src/ports/commit-store.ts'
import { BadCursor, type OrderQuery, type OrderReader } from '../../src/ports/order-reader.ts'
import { BEGINNING } from '../../src/ports/order-stream.ts'
import type { TradeReader } from '../../src/ports/trade-reader.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { orderRecord, tradeRecord } from './sample-records.ts'

export interface ReaderUnderTest {
  readonly store: CommitStore
  readonly reader: OrderReader
  readonly trades: TradeReader
}

export function orderReaderContract(open: () => Promise<ReaderUnderTest>): void {
  const filledWith = async (orders: OrderRecord[], trades: TradeRecord[] = []): Promise<ReaderUnderTest> => {
    const opened = await open()
    await opened.store.commit({ from: BEGINNING, to: '1', rules: 1, orders, trades })
    return opened
  }
  const idsOf = async (reader: OrderReader, account: string, query: Partial<OrderQuery> = {}): Promise<string[]> =>
    (await reader.list(account, { limit: 100, ...query })).rows.map(({ orderId }) => orderId)

  describe('an order reader', () => {
    const orders = [
      orderRecord('a', 1),
      orderRecord('b', 2, { status: 'FILLED' }),
      orderRecord('c', 1, { symbol: 'ETHUSD', receivedAtMs: 1_003 }),
      orderRecord('d', 4, { status: 'PARTIALLY_FILLED' }),
      orderRecord('e', 5, { status: 'CANCELED' }),
      orderRecord('f', 6, { account: 'ann.2' }),
      orderRecord('g', 7, { account: 'an' }),
      orderRecord('h', 8, { account: 'bob' }),
    ]

    test('returns an order of the account only', async () => {
      const { reader } = await filledWith(orders)
      expect(await reader.get('ann', 'a')).toEqual(orders[0])
      expect(await reader.get('bob', 'a')).toBeUndefined()
      expect(await reader.get('ann', 'none')).toBeUndefined()
    })

    test('lists the orders of the account only, newest first', async () => {
      const { reader } = await filledWith(orders)
      expect(await idsOf(reader, 'ann')).toEqual(['e', 'd', 'c', 'b', 'a'])
      expect(await idsOf(reader, 'an')).toEqual(['g'])
      expect(await idsOf(reader, 'ann.2')).toEqual(['f'])
      expect(await idsOf(reader, 'nobody')).toEqual([])
    })

    test.each<[Partial<OrderQuery>, string[]]>([
      [{ symbol: 'ETHUSD' }, ['c']],
      [{ status: 'NEW' }, ['c', 'a']],
      [{ status: 'OPEN' }, ['d', 'c', 'a']],
      [{ status: 'FILLED', symbol: 'BTCUSD' }, ['b']],
      [{ status: 'EXPIRED' }, []],
    ])('lists by %j', async (query, ids) => {
      const { reader } = await filledWith(orders)
      expect(await idsOf(reader, 'ann', query)).toEqual(ids)
    })

    test.each([1, 2, 3, 5, 100])('pages of %d contain each order once', async (limit) => {
      const { reader } = await filledWith(orders)
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await reader.list('ann', { limit, ...(cursor !== undefined && { cursor }) })
        expect(page.rows.length).toBeLessThanOrEqual(limit)
        seen.push(...page.rows.map(({ orderId }) => orderId))
        cursor = page.next
      } while (cursor !== undefined)
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
    })

    test('continues after a cursor, also if newer orders were added', async () => {
      const { reader, store } = await filledWith(orders)
      const { next } = await reader.list('ann', { limit: 2 })
      await store.commit({ from: '1', to: '2', rules: 1, orders: [orderRecord('z', 20)], trades: [] })
      expect(await idsOf(reader, 'ann', { cursor: next as string })).toEqual(['c', 'b', 'a'])
    })

    test("a cursor of one account's list returns no orders of another account", async () => {
      const { reader } = await filledWith(orders)
      const { next } = await reader.list('ann', { limit: 1 })
      for (const id of await idsOf(reader, 'bob', { cursor: next as string })) expect(id).toBe('h')
    })

    test.each(['nonsense', '', 'e30', 'WzFd', 'WzEsMiwzXQ'])('refuses the cursor %j', async (cursor) => {
      const { reader } = await filledWith(orders)
      await expect(reader.list('ann', { limit: 1, cursor })).rejects.toThrow(BadCursor)
    })

    test('finds the fills of an order, oldest first', async () => {
      const made = [1, 2, 3].map((number) => tradeRecord(number))
      const { reader } = await filledWith([orderRecord('a', 1, { fills: [1, 3] }), orderRecord('b', 2)], made)
      expect(await reader.fills((await reader.get('ann', 'a')) as OrderRecord)).toEqual([made[0], made[2]])
      expect(await reader.fills((await reader.get('ann', 'b')) as OrderRecord)).toEqual([])
    })
  })

  describe('a trade reader', () => {
    const made = [...Array(12).keys()].map((i) => tradeRecord(i + 1))

    test('lists the trades of a symbol, newest first', async () => {
      const other = tradeRecord(1, { symbol: 'ETHUSD' })
      const { trades } = await filledWith([], [...made, other])
      expect(await trades.list('BTCUSD', 100)).toEqual([...made].reverse())
      expect(await trades.list('ETHUSD', 100)).toEqual([other])
      expect(await trades.list('ENERGY-DE', 100)).toEqual([])
    })

    test('lists trades before a number, up to a limit', async () => {
      const { trades } = await filledWith([], made)
      expect((await trades.list('BTCUSD', 3)).map(({ tradeNumber }) => tradeNumber)).toEqual([12, 11, 10])
      expect((await trades.list('BTCUSD', 3, 10)).map(({ tradeNumber }) => tradeNumber)).toEqual([9, 8, 7])
      expect(await trades.list('BTCUSD', 3, 1)).toEqual([])
    })
  })
}
