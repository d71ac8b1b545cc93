import { expect, test } from 'vitest'
import { exchangeStatus, unreachableStatus } from '../../src/entrypoints/status/exchange-status.ts'
import { MetricValues } from '../../src/entrypoints/status/metric-values.ts'
import type { BookAnswer, Reading } from '../../src/entrypoints/status/read-exchange.ts'

const URL = 'http://127.0.0.1:3000'
const level = (price: string, orders: number | null) => ({ price, quantity: '1', orders })
const book = (symbol: string, orders: number | null, more: Partial<BookAnswer> = {}): BookAnswer => ({
  symbol,
  phase: 'CONTINUOUS',
  lastPrice: null,
  bids: [level('99.00', orders)],
  asks: [],
  ...more,
})

const reading = (atMs: number, metrics: string, more: Partial<Reading> = {}): Reading => ({
  atMs,
  health: { status: 'ok', rules: 2, position: '0000000000000012', openOrders: 3 },
  metrics: new MetricValues(metrics),
  instruments: 2,
  books: [],
  ...more,
})

const metrics = (start: number, orders: number, syncs: readonly number[]) => `process_start_time_seconds ${start}
exchange_orders_total{outcome="accepted"} ${orders}
exchange_orders_total{outcome="rejected"} 10
exchange_orders_total{outcome="filled"} 999
exchange_trades_total ${orders / 2}
exchange_log_sync_duration_seconds_bucket{le="0.001"} ${syncs[0]}
exchange_log_sync_duration_seconds_bucket{le="0.01"} ${syncs[1]}
exchange_log_sync_duration_seconds_bucket{le="+Inf"} ${syncs[1]}
exchange_log_sync_commands_sum ${orders}
exchange_log_sync_commands_count ${syncs[1]}
`

test('rates and quantiles are of what happened between two readings', () => {
  const before = reading(10_000, metrics(5, 100, [50, 50]))
  const now = reading(12_000, metrics(5, 300, [50, 60]))
  const status = exchangeStatus(URL, now, before)
  expect(status).toMatchObject({ state: 'ok', uptime: 7, interval: 2, rules: 2, commands: 12, openOrders: 3 })
  expect(status.rates).toMatchObject({ orders: 100, trades: 50, commands: null })
  expect(status.latency.sync).toEqual({ p50: expect.closeTo(0.0055), p99: expect.closeTo(0.00991), window: 'interval' })
  expect(status.syncCommands).toBe(20)
})

test('without events between them a latency is that since the start, and marked', () => {
  const before = reading(10_000, metrics(5, 100, [50, 50]))
  const status = exchangeStatus(URL, reading(12_000, metrics(5, 100, [50, 50])), before)
  expect(status.rates.orders).toBe(0)
  expect(status.latency.sync).toEqual({ p50: 0.0005, p99: 0.00099, window: 'start' })
  expect(status.syncCommands).toBe(2)
})

test('after a restart there is no rate until the next reading', () => {
  const before = reading(10_000, metrics(5, 100, [50, 50]))
  const status = exchangeStatus(URL, reading(12_000, metrics(11, 3, [1, 1])), before)
  expect(status).toMatchObject({ uptime: 1, interval: null })
  expect(status.rates).toEqual({ orders: null, trades: null, cancels: null, rejects: null, commands: null })
})

test('an exchange without metrics has its health and its books', () => {
  const status = exchangeStatus(URL, reading(1, '', { metrics: undefined, books: [book('BTCUSD', null)] }))
  expect(status).toMatchObject({ state: 'ok', commands: 12, openOrders: 3, uptime: null, snapshot: null, lake: null })
  expect(status.books).toMatchObject([{ symbol: 'BTCUSD', bid: '99.00', ask: null, orders: null, allOrders: false }])
})

test('books with the most orders are first, and a book with more levels than were read says so', () => {
  const deep = Array.from({ length: 100 }, () => level('98.00', 1))
  const books = [book('A', 5), book('B', 50), book('C', 0, { bids: deep })]
  expect(
    exchangeStatus(URL, reading(1, '', { books })).books.map(({ symbol, orders, allOrders }) => [
      symbol,
      orders,
      allOrders,
    ]),
  ).toEqual([
    ['C', 100, false],
    ['B', 50, true],
    ['A', 5, true],
  ])
})

test('every fault has a remedy, also one that this program does not know', () => {
  const causes = [
    { cause: 'store_failing', since: '2026-01-31T12:00:00.000Z', detail: 'It is full.' },
    { cause: 'of_tomorrow', detail: 'New.' },
  ]
  const status = exchangeStatus(
    URL,
    reading(1, 'exchange_lake_failing 1\nexchange_lake_commands 9\n', { health: { status: 'degraded', causes } }),
  )
  expect(status.faults.map(({ cause }) => cause)).toEqual(['store_failing', 'of_tomorrow', 'lake_failing'])
  for (const { remedy } of status.faults) expect(remedy.length).toBeGreaterThan(20)
  expect(exchangeStatus(URL, reading(1, 'exchange_lake_failing 1\nexchange_lake_commands 9\n')).state).toBe('degraded')
})

test('a lake that fails is one fault, with the reason that the exchange gives', () => {
  const causes = [{ cause: 'lake_failing', since: '2026-01-31T12:00:00.000Z', detail: 'The disk is full.' }]
  const health = { status: 'degraded', causes } as const
  const { faults } = exchangeStatus(URL, reading(1, 'exchange_lake_failing 1\nexchange_lake_commands 9\n', { health }))
  expect(faults).toEqual([{ ...causes[0], remedy: expect.stringContaining('move the folder') }])
})

test('while it does not answer, the last numbers stay, without rates', () => {
  const last = exchangeStatus(
    URL,
    reading(12_000, metrics(5, 300, [50, 60])),
    reading(10_000, metrics(5, 100, [50, 50])),
  )
  const status = unreachableStatus(URL, 'refused', 14_000, last)
  expect(status).toMatchObject({ state: 'unreachable', commands: 12, uptime: null, rates: { orders: null } })
  expect(status.at).toBe('1970-01-01T00:00:14.000Z')
  expect(unreachableStatus(URL, 'refused', 14_000).commands).toBeNull()
})
