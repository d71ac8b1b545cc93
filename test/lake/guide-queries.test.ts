/** The SQL of the deployment guide, as it stands there, runs on the lake of one machine. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { FIRST_RECORD, placeOrder } from '../contracts/sample-records.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { queryLake } from './query-lake.ts'
import { writeLake } from './sample-lake.ts'

/** The section "Querying with Athena" of the guide, unchanged. */
const GUIDE = readFileSync(new URL('../fixtures/guide-athena.md', import.meta.url), 'utf8')
const [, SQL] = /```sql\n([\s\S]*?)```/.exec(GUIDE) as RegExpExecArray

const order = (orderId: string, account: string, side: 'BUY' | 'SELL', price: number, quantity: number) =>
  placeOrder(orderId, { account, side, price: ticks(price), quantity: lots(quantity) })

/** Two trades on 31 January 2024, the last hour of the month, and one on 1 February. */
const HISTORY: readonly StreamRecord[] = [
  { ...FIRST_RECORD, timestampMs: Date.UTC(2024, 0, 30) },
  {
    position: '0000000000000001',
    timestampMs: Date.UTC(2024, 0, 31, 23, 30),
    commands: [
      order('a', 'ann', 'BUY', 5_000_000, 150_000_000),
      order('b', 'bob', 'SELL', 5_000_000, 100_000_000),
      order('c', 'bob', 'SELL', 5_000_050, 10_000_000),
      order('d', 'ann', 'BUY', 5_000_050, 10_000_000),
    ],
  },
  {
    position: '0000000000000002',
    timestampMs: Date.UTC(2024, 1, 1),
    commands: [order('e', 'bob', 'SELL', 5_000_000, 50_000_000)],
  },
]

test('the three queries of the guide', async () => {
  const lake = temporaryDirectory()
  writeLake(lake, HISTORY)
  const results = await queryLake(lake, SQL)
  expect(results).toHaveLength(3)
  const [orders, trades, sums] = results
  expect(orders.map(({ orderid, kind, year, month, day }) => [orderid, kind, year, month, day])).toEqual(
    ['a', 'b', 'c', 'd'].map((id) => [id, 'ACCEPTED', '2024', '01', '31']),
  )
  expect(Object.keys(orders[0]).slice(-3)).toEqual(['year', 'month', 'day'])
  expect(trades.map(({ tradeid, price, quantity, timestamp }) => [tradeid, price, quantity, timestamp])).toEqual([
    ['BTCUSD-1', '50000', '1', '2024-01-31T23:30:00.000Z'],
    ['BTCUSD-2', '50000.5', '0.1', '2024-01-31T23:30:00.000Z'],
  ])
  expect(sums).toEqual([{ symbol: 'BTCUSD', trade_count: 2, total_quantity: '1.1', avg_price: 50000.25 }])
})

test('on an empty lake they have no rows', async () => {
  expect(await queryLake(temporaryDirectory(), SQL)).toEqual([[], [], []])
})
