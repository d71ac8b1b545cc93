/** The metrics of the real process: the conventions of Prometheus, what they count, and how many series there are. */

import { expect, onTestFinished, test } from 'vitest'
import { ORDER_OUTCOMES, REJECTED_COMMANDS } from '../../src/adapters/embedded/metrics/event-counts.ts'
import { GC_KINDS } from '../../src/adapters/embedded/metrics/thread-meter.ts'
import { PROBLEM_CODES } from '../../src/api/problems.ts'
import { TROUBLE_CAUSES } from '../../src/ports/trouble.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { ROUTES } from '../../src/rest/route-table.ts'
import { OPERATIONS } from '../../src/websocket/messages/operations.ts'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Family, readExposition, violations } from '../metrics/exposition.ts'
import { promtool, whyNoPromtool } from '../metrics/promtool.ts'
import { titleOf } from '../skipped-title.ts'
import { apiOf } from './api.ts'
import { eventually, startExchange } from './running-exchange.ts'
import { SocketClient } from './socket-client.ts'

/** The values that a label may have. */
const LABELS: Readonly<Record<string, readonly string[] | RegExp>> = {
  route: [...ROUTES.map(({ path }) => path), 'unmatched'],
  method: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'OTHER'],
  status: /^[2-5]\d\d$/,
  op: OPERATIONS,
  interface: ['rest', 'websocket'],
  /** Of a problem, or of a close frame. */
  code: new RegExp(`^(${PROBLEM_CODES.join('|')}|[14]\\d\\d\\d)$`),
  limit: ['connections', 'pipelined', 'unread_too_long', 'unread_too_much', 'unfinished_bodies'],
  outcome: ORDER_OUTCOMES,
  command: REJECTED_COMMANDS,
  reason: [...REJECT_REASONS, ...CANCEL_REASONS],
  cause: TROUBLE_CAUSES,
  thread: ['edge', 'core', 'reader'],
  kind: GC_KINDS,
  le: /^(\d+(\.\d+)?|\+Inf)$/,
  version: [process.version],
}

const WAIT = { Prefer: 'wait=10' }

async function opened() {
  const exchange = await startExchange(temporaryDirectory())
  const api = apiOf(exchange.url)
  onTestFinished(() => api.close())
  return { exchange, api, socket: await SocketClient.open(exchange.url) }
}

type Opened = Awaited<ReturnType<typeof opened>>

/** One of each: a fill, a cancel, an amendment, rejections in all places, and requests to no route. `n` makes ids. */
async function trade({ api, socket }: Opened, n: number): Promise<void> {
  const order = (id: string, more: object = {}) => ({
    orderId: `${id}-${n}`,
    symbol: 'BTCUSD',
    side: 'BUY',
    quantity: '1',
    price: '100.00',
    ...more,
  })
  const place = (id: string, more: object = {}) => api.post('/orders', order(id, more), WAIT)
  await place('maker')
  await place('taker', { side: 'SELL' })
  await place('open')
  await api.send('PATCH', `/orders/open-${n}`, { quantity: '2' }, WAIT)
  expect((await place('post', { side: 'SELL', postOnly: true })).body.reason).toBe('post_only_would_cross')
  await api.send('DELETE', `/orders/open-${n}`, undefined, WAIT)
  await api.send('DELETE', `/orders/open-${n}`, undefined, WAIT)
  await place('tick', { price: `100.00${1 + n}` })
  await api.post('/orders/batch', { orders: [order('in'), order('bad', { price: '-1' })] }, WAIT)
  await socket.request('place', { order: order('socket', { side: 'SELL' }), wait: 10 })
  await socket.request('place', { order: order('lot', { quantity: `0.00000000${1 + n}` }) })
  await socket.subscribe('trades', { symbols: ['BTCUSD'] })
  await api.get(`/orders/nobody-${n}`)
  await api.get(`/no/such/path-${n}`)
  await api.send('PROPFIND', `/orders/${n}`)
  await api.get('/metrics')
}

async function scrape({ api }: Opened): Promise<{ text: string; families: Family[] }> {
  const text: string = (await api.get('/metrics')).body
  return { text, families: readExposition(text) }
}

const seriesOf = (families: readonly Family[]): string[] =>
  families.flatMap(({ samples }) => samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)).sort()

const values = (families: readonly Family[], name: string): Record<string, number> =>
  Object.fromEntries(
    families
      .flatMap(({ samples }) => samples)
      .filter((sample) => sample.name === name && sample.value > 0)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  )

test('counts what happened', async () => {
  const running = await opened()
  await trade(running, 1)
  // The commit follows a moment later.
  const families = await eventually(async () => {
    const read = (await scrape(running)).families
    return values(read, 'exchange_uncommitted_events')[''] === undefined ? read : undefined
  })
  const of = (name: string) => values(families, name)
  expect(of('exchange_orders_total')).toEqual({ accepted: 5, rejected: 1, filled: 4, canceled: 1 })
  expect(of('exchange_amendments_total')).toEqual({ '': 1 })
  expect(of('exchange_cancels_total')).toEqual({ requested: 1 })
  expect(of('exchange_rejects_total')).toEqual({ 'place post_only_would_cross': 1 })
  expect(of('exchange_problems_total')).toEqual({
    'rest order_not_open': 1,
    'rest order_not_found': 1,
    'rest price_not_on_tick': 1,
    'rest price_not_positive': 1,
    'rest not_found': 1,
    'rest method_not_allowed': 1,
    'websocket quantity_not_on_lot': 1,
  })
  expect(of('exchange_trades_total')).toEqual({ '': 2 })
  expect(of('exchange_socket_request_duration_seconds_count')).toEqual({ place: 2, subscribe: 1 })
  const [syncs] = Object.values(of('exchange_log_sync_duration_seconds_count'))
  expect(syncs).toBeGreaterThan(0)
  expect(of('exchange_match_duration_seconds_count')).toEqual({ '': syncs })
  expect(of('exchange_log_sync_commands_count')).toEqual({ '': syncs })
  expect(of('exchange_log_sync_commands_sum')).toEqual(of('exchange_commands_total'))
  expect(of('exchange_log_written_bytes_total')['']).toBeGreaterThan(1_000)
  expect(of('exchange_commit_duration_seconds_count')['']).toBeGreaterThan(0)
  expect(of('exchange_snapshot_commands')).toEqual({})
  for (const thread of ['edge', 'core']) {
    expect(of('exchange_event_loop_delay_seconds_count')[thread]).toBeGreaterThan(0)
    expect(of('exchange_event_loop_busy_seconds_total')[thread]).toBeGreaterThan(0)
    expect(of('exchange_heap_used_bytes')[thread]).toBeGreaterThan(1e6)
  }
})

test('names, types, units and help follow the conventions', async () => {
  const running = await opened()
  await trade(running, 1)
  expect(violations((await scrape(running)).families)).toEqual([])
})

test.skipIf(whyNoPromtool)(titleOf('promtool finds nothing', whyNoPromtool), async () => {
  const running = await opened()
  await trade(running, 1)
  const { text } = await scrape(running)
  expect(promtool(['check', 'metrics'], text)).toBe('')
  expect(promtool(['check', 'metrics'], `${text}# HELP x_total X\n# TYPE x_total gauge\nx_total 1\n`)).not.toBe('')
})

test('labels have known values only, and more orders make no more series', async () => {
  const running = await opened()
  await trade(running, 0)
  await scrape(running)
  const { families } = await scrape(running)
  const unknown = families.flatMap(({ samples }) =>
    samples.flatMap(({ name, labels }) =>
      Object.entries(labels)
        .filter(([label, value]) => {
          const known = LABELS[label]
          return known === undefined || !(known instanceof RegExp ? known.test(value) : known.includes(value))
        })
        .map(([label, value]) => `${name} ${label}=${value}`),
    ),
  )
  expect(unknown).toEqual([])
  for (let n = 1; n <= 5; n++) await trade(running, n)
  expect(seriesOf((await scrape(running)).families)).toEqual(seriesOf(families))
})
