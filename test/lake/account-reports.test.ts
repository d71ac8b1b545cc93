/** The reports of accounts and of orders, on a small history whose figures can be counted by hand. */

import { expect, test } from 'vitest'
import { fillRatio, orderToTrade, quickCancels } from '../../src/lake-query/reports/order-reports.ts'
import { REPORTS } from '../../src/lake-query/reports/reports.ts'
import { largestTrades, topAccounts } from '../../src/lake-query/reports/trade-reports.ts'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { FIRST_RECORD, placeOrder } from '../contracts/sample-records.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { queryLake } from './query-lake.ts'
import { writeLake } from './sample-lake.ts'

const ONE = 100_000_000
const order = (
  orderId: string,
  account: string,
  side: 'BUY' | 'SELL',
  price: number,
  units: number,
  more: Partial<PlaceOrder> = {},
) => placeOrder(orderId, { account, side, price: ticks(price * 100), quantity: lots(units * ONE), ...more })
const cancel = (orderId: string, account: string): Command => ({
  kind: 'CancelOrder',
  symbol: 'BTCUSD',
  account,
  orderId,
})

/** Seconds after noon, and a command. */
const COMMANDS: readonly (readonly [number, Command])[] = [
  [0, order('a1', 'ann', 'SELL', 100, 2)],
  [1, order('a2', 'ann', 'SELL', 101, 5)],
  [2, order('b1', 'bob', 'BUY', 100, 1)],
  [3, order('b2', 'bob', 'BUY', 101, 3)],
  [4, order('c1', 'cid', 'BUY', 90, 4)],
  [4.5, cancel('c1', 'cid')],
  [5, order('c2', 'cid', 'BUY', 91, 4)],
  [6, cancel('c2', 'cid')],
  [7, cancel('c2', 'cid')],
  [8, order('c3', 'cid', 'BUY', 92, 4, { timeInForce: 'IOC' })],
  [
    9,
    {
      kind: 'AmendOrder',
      symbol: 'BTCUSD',
      account: 'ann',
      orderId: 'a2',
      price: ticks(10_200),
      quantity: lots(4 * ONE),
    },
  ],
]
const NOON = Date.UTC(2026, 10, 26, 12)
const HISTORY: readonly StreamRecord[] = [
  { ...FIRST_RECORD, timestampMs: NOON },
  ...COMMANDS.map(([second, command], i) => ({
    position: String(i + 1).padStart(16, '0'),
    timestampMs: NOON + second * 1_000,
    commands: [command],
  })),
]

const options = { interval: '1h' as const, top: 10 }
const lakeOf = (): string => {
  const lake = temporaryDirectory()
  writeLake(lake, HISTORY)
  return lake
}
const columnsOf = async (sql: string, ...names: string[]) => {
  const [rows] = await queryLake(lakeOf(), sql)
  return rows.map((row) => names.map((name) => row[name]))
}

test('top accounts', async () => {
  const names = ['account', 'trade_count', 'total_quantity', 'turnover', 'trades_made', 'trades_taken']
  // b1 takes 1 of a1 at 100; b2 takes 1 of a1 at 100 and 2 of a2 at 101.
  expect(await columnsOf(topAccounts.sql(options), ...names)).toEqual([
    ['ann', 3, '4', '402', 3, 0],
    ['bob', 3, '4', '402', 0, 3],
  ])
  expect(await columnsOf(topAccounts.sql({ ...options, top: 1 }), 'account')).toEqual([['ann']])
})

test('largest trades', async () => {
  const names = ['tradeid', 'turnover', 'makeraccount', 'takeraccount']
  expect(await columnsOf(largestTrades.sql({ ...options, top: 2 }), ...names)).toEqual([
    ['BTCUSD-3', '202', 'ann', 'bob'],
    ['BTCUSD-1', '100', 'ann', 'bob'],
  ])
})

test('fill ratio', async () => {
  const names = [
    'timeinforce',
    'orders',
    'orders_traded',
    'orders_filled',
    'traded_ratio',
    'ordered_quantity',
    'filled_quantity',
    'fill_ratio',
  ]
  expect(await columnsOf(fillRatio.sql(options), ...names)).toEqual([
    ['GTC', 6, 4, 3, 0.6667, '19', '8', 0.4211],
    ['IOC', 1, 0, 0, 0, '4', '0', 0],
  ])
})

test('order-to-trade ratio', async () => {
  const names = ['account', 'orders', 'amendments', 'cancels', 'trade_count', 'order_to_trade']
  expect(await columnsOf(orderToTrade.sql(options), ...names)).toEqual([
    ['cid', 3, 0, 3, 0, null],
    ['ann', 2, 1, 0, 3, 1],
    ['bob', 2, 0, 0, 3, 0.67],
  ])
})

test('quick cancels', async () => {
  const names = ['account', 'orders', 'canceled', 'within_a_second', 'ratio']
  expect(await columnsOf(quickCancels.sql(options), ...names)).toEqual([
    ['cid', 3, 2, 1, 0.3333],
    ['ann', 2, 0, 0, 0],
    ['bob', 2, 0, 0, 0],
  ])
})

test.each(REPORTS)('$name counts the rows of its symbol and days only', async ({ sql }) => {
  const lake = lakeOf()
  const all = { symbol: 'BTCUSD', from: '2026-11-26', to: '2026-11-26', ...options }
  const [same, unfiltered] = await queryLake(lake, `${sql(all)}\n${sql(options)}`)
  expect(same).toEqual(unfiltered)
  expect(same.length).toBeGreaterThan(0)
  for (const other of [{ symbol: 'ETHUSD' }, { from: '2026-11-27' }, { to: '2026-11-25' }]) {
    expect(await queryLake(lake, sql({ ...options, ...other }))).toEqual([[]])
  }
})

test('turnover is exact, also where the exact product has more than 38 digits', async () => {
  const product = (price: string, quantity: string) =>
    `notional(${price}::DECIMAL(38, 12), ${quantity}::DECIMAL(38, 12)) AS n`
  const of = async (price: string, quantity: string) =>
    (await queryLake(lakeOf(), `SELECT ${product(price, quantity)}`))[0][0].n
  expect(await of('50000.01', '0.00000001')).toBe('0.0005000001')
  expect(await of('2147483647', '9007199254740991')).toBe(String(2147483647n * 9007199254740991n))
  expect(await of('21474836.47', '9007199254740.125')).toBe(
    (2147483647n * 9007199254740125n).toString().replace(/(\d{5})$/, '.$1'),
  )
})

test('a product that no decimal holds is NULL and ends neither a report nor a sum', async () => {
  const rows = (count: number, price: string) =>
    `SELECT ${price}::DECIMAL(38, 12) AS price, 9007199254740991::DECIMAL(38, 12) AS quantity FROM range(${count})`
  const sums = async (from: string) =>
    (
      await queryLake(
        lakeOf(),
        `SELECT MAX(notional(price, quantity)) AS n, turnover(price, quantity) AS t FROM (${from})`,
      )
    )[0]
  const largest = 2147483647n * 9007199254740991n
  expect(await sums(rows(2, '2147483647'))).toEqual([{ n: String(largest), t: String(2n * largest) }])
  expect(await sums(rows(1, '2147483647000000'))).toEqual([{ n: null, t: null }])
  // Two parts of 2^127 are more than a sum of decimals holds.
  expect(await sums(rows(20, '2147483647'))).toEqual([{ n: String(largest), t: null }])
})
