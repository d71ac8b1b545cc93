/**
 * The status of an exchange: what `bidding-exchange status` shows, and its output with `--json`. It is made from two
 * readings, because a rate needs two. What is not known is null: an exchange may not serve a metric, and after a restart
 * there is no rate until the next reading. Durations are in seconds, sizes in bytes.
 */

import { type Buckets, bucketsSince, type MetricValues, quantile, type Selector } from './metric-values.ts'
import { type Cause, ordersOf, type Reading } from './read-exchange.ts'
import { remedyOf } from './remedies.ts'

type Known<T> = T | null

export interface Latency {
  readonly p50: number
  readonly p99: number
  /** interval: of what happened between the readings. start: nothing did, so of everything since the start. */
  readonly window: 'interval' | 'start'
}

export interface BookStatus {
  readonly symbol: string
  readonly phase: string
  readonly bid: Known<string>
  readonly ask: Known<string>
  readonly lastPrice: Known<string>
  readonly orders: Known<number>
  /** false: the book has more levels than were read, so there are more orders. */
  readonly allOrders: boolean
}

export interface ExchangeStatus {
  readonly url: string
  readonly at: string
  readonly state: 'ok' | 'degraded' | 'failing' | 'unreachable'
  readonly faults: readonly (Cause & { readonly remedy: string })[]
  readonly uptime: Known<number>
  readonly rules: Known<number>
  readonly commands: Known<number>
  readonly openOrders: Known<number>
  readonly interval: Known<number>
  /** A second, over the interval. */
  readonly rates: Readonly<Record<'orders' | 'trades' | 'cancels' | 'rejects' | 'commands', Known<number>>>
  readonly latency: Readonly<Record<'request' | 'sync' | 'match' | 'commit', Known<Latency>>>
  /** Commands in one sync of the log, on average over the interval, or since the start. */
  readonly syncCommands: Known<number>
  readonly queues: Readonly<
    Record<'commands' | 'log' | 'coreReads' | 'readerReads' | 'uncommittedEvents', Known<number>>
  >
  readonly marketLag: Known<number>
  readonly snapshot: Known<{ readonly commands: number; readonly age: number; readonly bytes: number }>
  readonly lake: Known<{ readonly commands: number; readonly lagCommands: number; readonly failing: boolean }>
  readonly memory: Readonly<Record<'resident' | 'openOrdersShare' | 'edgeHeap' | 'coreHeap', Known<number>>>
  readonly sockets: Readonly<Record<'clients' | 'subscriptions' | 'waitingBytes', Known<number>>>
  readonly instruments: number
  /** Those with the most orders first. */
  readonly books: readonly BookStatus[]
}

const ORDER_METHODS = ['POST', 'PATCH', 'DELETE']
const isOrderRequest: Selector = ({ route = '', method = '' }) =>
  route.startsWith('/orders') && ORDER_METHODS.includes(method)
const ORDER_OPERATIONS = ['place', 'placeBatch', 'cancel', 'cancelAll', 'amend']
const isOrderOperation: Selector = ({ op = '' }) => ORDER_OPERATIONS.includes(op)
const entersOrder: Selector = ({ outcome }) => outcome === 'accepted' || outcome === 'rejected'
const ofThread =
  (name: string): Selector =>
  ({ thread }) =>
    thread === name

/** `before`: an earlier reading. */
export function exchangeStatus(url: string, now: Reading, before?: Reading): ExchangeStatus {
  const { health, metrics } = now
  const of = (name: string, selects?: Selector): Known<number> => metrics?.sum(name, selects) ?? null
  const start = of('process_start_time_seconds')
  const sameProcess = start !== null && before?.metrics?.sum('process_start_time_seconds') === start
  const earlier = sameProcess ? before : undefined
  const interval = earlier === undefined ? null : (now.atMs - earlier.atMs) / 1_000
  const rate = (name: string, selects?: Selector): Known<number> => {
    const value = of(name, selects)
    if (interval === null || interval <= 0 || value === null) return null
    return (value - (earlier?.metrics?.sum(name, selects) ?? 0)) / interval
  }
  const latency = (...names: (readonly [string, Selector?])[]): Known<Latency> =>
    latencyOf(
      names.map(([name, selects]) => histogramOf(metrics, name, selects)),
      earlier && names.map(([name, selects]) => histogramOf(earlier.metrics, name, selects)),
    )
  const [snapshotCommands, snapshotSeconds] = [
    of('exchange_snapshot_commands'),
    of('exchange_snapshot_timestamp_seconds'),
  ]
  const lakeCommands = of('exchange_lake_commands')
  const lakeFails = of('exchange_lake_failing') === 1
  return {
    url,
    at: new Date(now.atMs).toISOString(),
    state: health.status === 'ok' && lakeFails ? 'degraded' : health.status,
    faults: faultsOf(now, lakeFails),
    uptime: start === null ? null : Math.max(0, now.atMs / 1_000 - start),
    rules: health.rules ?? null,
    commands: of('exchange_commands_total') ?? (health.position === undefined ? null : Number(health.position)),
    openOrders: of('exchange_open_orders') ?? health.openOrders ?? null,
    interval,
    rates: {
      orders: rate('exchange_orders_total', entersOrder),
      trades: rate('exchange_trades_total'),
      cancels: rate('exchange_cancels_total'),
      rejects: rate('exchange_rejects_total') ?? (interval === null || metrics === undefined ? null : 0),
      commands: rate('exchange_commands_total'),
    },
    latency: {
      request: latency(
        ['exchange_http_request_duration_seconds', isOrderRequest],
        ['exchange_socket_request_duration_seconds', isOrderOperation],
      ),
      sync: latency(['exchange_log_sync_duration_seconds']),
      match: latency(['exchange_match_duration_seconds']),
      commit: latency(['exchange_commit_duration_seconds']),
    },
    syncCommands: meanOf('exchange_log_sync_commands', metrics, earlier?.metrics),
    queues: {
      commands: of('exchange_commands_in_flight'),
      log: of('exchange_log_waiting_commands'),
      coreReads: of('exchange_reads_in_flight', ofThread('core')),
      readerReads: of('exchange_reads_in_flight', ofThread('reader')),
      uncommittedEvents: of('exchange_uncommitted_events'),
    },
    marketLag: of('exchange_market_lag_bytes'),
    snapshot:
      snapshotCommands === null || snapshotSeconds === null
        ? null
        : {
            commands: snapshotCommands,
            age: Math.max(0, now.atMs / 1_000 - snapshotSeconds),
            bytes: of('exchange_snapshot_size_bytes') ?? 0,
          },
    lake:
      lakeCommands === null
        ? null
        : { commands: lakeCommands, lagCommands: of('exchange_lake_lag_commands') ?? 0, failing: lakeFails },
    memory: {
      resident: of('process_resident_memory_bytes'),
      openOrdersShare: of('exchange_memory_use_ratio'),
      edgeHeap: of('exchange_heap_used_bytes', ofThread('edge')),
      coreHeap: of('exchange_heap_used_bytes', ofThread('core')),
    },
    sockets: {
      clients: of('exchange_socket_clients'),
      subscriptions: of('exchange_market_subscriptions'),
      waitingBytes: of('exchange_socket_waiting_bytes'),
    },
    instruments: now.instruments,
    books: booksOf(now),
  }
}

/** Of an exchange that does not answer. `last`: what it was before. */
export function unreachableStatus(url: string, detail: string, atMs: number, last?: ExchangeStatus): ExchangeStatus {
  const remedy = 'Start it, or give its address with --url.'
  const nothing = exchangeStatus(url, {
    atMs,
    health: { status: 'failing' },
    metrics: undefined,
    instruments: 0,
    books: [],
  })
  return {
    ...(last ?? nothing),
    at: nothing.at,
    state: 'unreachable',
    faults: [{ cause: 'unreachable', detail, remedy }],
    uptime: null,
    interval: null,
    rates: nothing.rates,
  }
}

function faultsOf({ health }: Reading, lakeFails: boolean): ExchangeStatus['faults'] {
  const faults: Cause[] = [...(health.causes ?? [])]
  if (health.status === 'failing') {
    faults.push({ cause: health.code ?? 'failing', detail: health.detail ?? 'The exchange does not work.' })
  }
  // The health of an exchange that does not respond has no causes.
  if (lakeFails && !faults.some(({ cause }) => cause === 'lake_failing')) {
    faults.push({ cause: 'lake_failing', detail: 'The data lake cannot be written.' })
  }
  return faults.map((fault) => ({ ...fault, remedy: remedyOf(fault.cause) }))
}

const histogramOf = (metrics: MetricValues | undefined, name: string, selects?: Selector): Buckets =>
  metrics?.buckets(name, selects) ?? new Map()

/** Of several histograms with the same bounds together. */
function latencyOf(all: readonly Buckets[], before: readonly Buckets[] | undefined): Known<Latency> {
  const total = together(all)
  const since = before === undefined ? undefined : bucketsSince(total, together(before))
  for (const [window, buckets] of [['interval', since] as const, ['start', total] as const]) {
    if (buckets === undefined) continue
    const [p50, p99] = [quantile(buckets, 0.5), quantile(buckets, 0.99)]
    if (p50 !== undefined && p99 !== undefined) return { p50, p99, window }
  }
  return null
}

function together(all: readonly Buckets[]): Buckets {
  const sum = new Map<number, number>()
  for (const buckets of all) for (const [bound, count] of buckets) sum.set(bound, (sum.get(bound) ?? 0) + count)
  return sum
}

function meanOf(name: string, now: MetricValues | undefined, before: MetricValues | undefined): Known<number> {
  const of = (part: string, from: MetricValues | undefined): number => from?.sum(name + part) ?? 0
  const count = of('_count', now) - of('_count', before)
  if (count > 0) return (of('_sum', now) - of('_sum', before)) / count
  return of('_count', now) > 0 ? of('_sum', now) / of('_count', now) : null
}

const booksOf = ({ books }: Reading): readonly BookStatus[] =>
  books
    .map((book): BookStatus => {
      const counted = ordersOf(book)
      return {
        symbol: book.symbol,
        phase: book.phase,
        bid: book.bids[0]?.price ?? null,
        ask: book.asks[0]?.price ?? null,
        lastPrice: book.lastPrice,
        orders: counted?.orders ?? null,
        allOrders: counted?.all ?? false,
      }
    })
    .sort((a, b) => (b.orders ?? 0) - (a.orders ?? 0))
