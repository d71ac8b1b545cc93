/** The contract of a reader of orders and trades. The suite fills it through the commit store. */

import { describe, expect, test } from 'vitest'
import type { CommitStore } from '../../src/ports/commit-store.ts'
import { BadCursor, type OrderQuery, type OrderReader } from '../../src/ports/order-reader.ts'
import { BEGINNING } from '../../src/ports/order-stream.ts'
import type { TradeQuery, TradeReader } from '../../src/ports/trade-reader.ts'
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

    test.each<[Partial<OrderQuery>, string[]]>([
      [{ sort: 'asc' }, ['a', 'b', 'c', 'd', 'e']],
      [{ fromMs: 1_002 }, ['e', 'd', 'c', 'b']],
      [{ toMs: 1_004 }, ['c', 'b', 'a']],
      [{ fromMs: 1_002, toMs: 1_005 }, ['d', 'c', 'b']],
      [{ fromMs: 1_002, toMs: 1_005, sort: 'asc' }, ['b', 'c', 'd']],
      [{ fromMs: 1_001, toMs: 1_002, sort: 'asc' }, ['a']],
      [{ fromMs: 1_006 }, []],
      [{ toMs: 1_001, sort: 'asc' }, []],
      [{ fromMs: 1_002, status: 'OPEN', sort: 'asc' }, ['c', 'd']],
    ])('lists by %j', async (query, ids) => {
      const { reader } = await filledWith(orders)
      expect(await idsOf(reader, 'ann', query)).toEqual(ids)
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await reader.list('ann', { ...query, limit: 1, ...(cursor !== undefined && { cursor }) })
        seen.push(...page.rows.map(({ orderId }) => orderId))
        cursor = page.next
      } while (cursor !== undefined)
      expect(seen).toEqual(ids)
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
      expect(await trades.list('BTCUSD', { limit: 100 })).toEqual([...made].reverse())
      expect(await trades.list('ETHUSD', { limit: 100 })).toEqual([other])
      expect(await trades.list('ENERGY-DE', { limit: 100 })).toEqual([])
    })

    test('lists trades before a number, up to a limit', async () => {
      const { trades } = await filledWith([], made)
      expect((await trades.list('BTCUSD', { limit: 3 })).map(({ tradeNumber }) => tradeNumber)).toEqual([12, 11, 10])
      expect((await trades.list('BTCUSD', { limit: 3, before: 10 })).map(({ tradeNumber }) => tradeNumber)).toEqual([
        9, 8, 7,
      ])
      expect(await trades.list('BTCUSD', { limit: 3, before: 1 })).toEqual([])
    })

    // Three trades a second, from second 0 on.
    const timed = [...Array(200).keys()].map((i) => tradeRecord(i + 1, { timestampMs: 1_000 * Math.floor(i / 3) }))
    test.each<TradeQuery>([
      { limit: 3, sort: 'asc' },
      { limit: 3, sort: 'asc', after: 100 },
      { limit: 300, sort: 'asc', after: 63, before: 70 },
      { limit: 300, after: 63, before: 70 },
      { limit: 3, sort: 'asc', after: 200 },
      { limit: 300, fromMs: 20_000, toMs: 25_000 },
      { limit: 300, fromMs: 20_000, toMs: 25_000, sort: 'asc' },
      { limit: 4, fromMs: 19_500, sort: 'asc' },
      { limit: 4, toMs: 19_500 },
      { limit: 5, toMs: 19_500, before: 40 },
      { limit: 5, fromMs: 19_500, after: 100, sort: 'asc' },
      { limit: 5, fromMs: 66_001 },
      { limit: 5, toMs: 0 },
      { limit: 500, fromMs: 0, toMs: 100_000 },
    ])('lists by %j', async (query) => {
      const { trades } = await filledWith([], timed)
      const { fromMs = 0, toMs = 1e9, before = 1e9, after = 0, sort, limit } = query
      const wanted = timed.filter(
        ({ timestampMs: ms, tradeNumber: n }) => ms >= fromMs && ms < toMs && n < before && n > after,
      )
      if (sort !== 'asc') wanted.reverse()
      expect(await trades.list('BTCUSD', query)).toEqual(wanted.slice(0, limit))
    })
  })
}
