/** The metrics of `/metrics`, in the format of Prometheus. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CoreStats } from '../../adapters/embedded/threads/core-messages.ts'
import type { MarketClient } from '../../adapters/embedded/threads/market/market-client.ts'
import type { SocketCounts } from '../../http/socket/socket-counts.ts'
import { TROUBLE_CAUSES } from '../../ports/trouble.ts'
import type { CoreHealth } from './core-health.ts'
import type { LimitReached } from './http-server.ts'
import { addSocketMetrics } from './socket-metrics.ts'

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** The metrics of the core, by the field of its stats. Names that end in _total are counters. */
const CORE: readonly (readonly [keyof CoreStats, string, string])[] = [
  ['commands', 'exchange_commands_total', 'Commands matched since the beginning of the log'],
  ['events', 'exchange_events_total', 'Events since the beginning of the log'],
  ['trades', 'exchange_trades_total', 'Trades since the beginning of the log'],
  ['openOrders', 'exchange_open_orders', 'Orders that rest in the books'],
  ['uncommittedEvents', 'exchange_uncommitted_events', 'Events whose orders and trades are not stored yet'],
  ['clockAheadSeconds', 'exchange_clock_ahead_seconds', 'Seconds that the clock is ahead and is not followed'],
  ['logAheadSeconds', 'exchange_log_ahead_seconds', 'Seconds that the order log is ahead of the clock'],
  ['memoryUse', 'exchange_memory_use_ratio', 'Used share of the memory for open orders; at 1 new ones are refused'],
  ['syncs', 'exchange_log_syncs_total', 'Syncs of the order log since the start'],
]

interface Series {
  readonly seconds: Histogram.Internal<string>
  readonly requests: Counter.Internal
}

export class ExchangeMetrics {
  private readonly registry = new Registry()
  private readonly seconds: Histogram
  private readonly requests: Counter
  private readonly limits: Counter
  /** Counters by route, method and status, because a lookup by a label object costs more than the count. */
  private readonly series = new Map<string, Map<string, Series[]>>()
  private readonly health: Pick<CoreHealth, 'stats' | 'latest'>
  private responds = true

  constructor(health: Pick<CoreHealth, 'stats' | 'latest'>) {
    this.health = health
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry })
    this.seconds = new Histogram({
      name: 'exchange_http_request_seconds',
      help: 'Time from a request to its response',
      labelNames: ['route', 'method'],
      buckets: SECONDS,
      registers,
    })
    this.requests = new Counter({
      name: 'exchange_http_requests_total',
      help: 'Requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    })
    const isResponding = (): number => (this.responds ? 1 : 0)
    new Gauge({
      name: 'exchange_core_responding',
      help: 'Whether the core has answered within a second; 0: the other exchange metrics are old',
      registers,
      collect() {
        this.set(isResponding())
      },
    })
    this.limits = new Counter({
      name: 'exchange_http_limits_reached_total',
      help: 'Connections closed and bodies given up at a limit of the HTTP server',
      labelNames: ['limit'],
      registers,
    })
    const troubles = () => this.health.latest?.troubles ?? []
    new Gauge({
      name: 'exchange_degraded',
      help: '1 while the exchange runs with this fault',
      labelNames: ['cause'],
      registers,
      collect() {
        const present = troubles().map(({ cause }) => cause)
        for (const cause of TROUBLE_CAUSES) this.set({ cause }, present.includes(cause) ? 1 : 0)
      },
    })
    for (const [field, name, help] of CORE) {
      const show = (metric: Counter | Gauge): void => {
        metric.reset()
        metric.inc(Number(this.health.latest?.[field] ?? 0))
      }
      if (name.endsWith('_total')) {
        new Counter({
          name,
          help,
          registers,
          collect() {
            show(this)
          },
        })
      } else {
        new Gauge({
          name,
          help,
          registers,
          collect() {
            show(this)
          },
        })
      }
    }
  }

  /** Adds the metrics of the WebSocket and of its market data. */
  watchSockets(counts: SocketCounts, market: Pick<MarketClient, 'stats'>): void {
    addSocketMetrics(this.registry, counts, market)
  }

  observe(route: string, method: string, status: number, seconds: number): void {
    const series = this.series.get(route)?.get(method)?.[status] ?? this.newSeries(route, method, status)
    series.seconds.observe(seconds)
    series.requests.inc()
  }

  noteLimit(limit: LimitReached): void {
    this.limits.inc({ limit })
  }

  private newSeries(route: string, method: string, status: number): Series {
    const byMethod = this.series.get(route) ?? new Map<string, Series[]>()
    const byStatus = byMethod.get(method) ?? []
    this.series.set(route, byMethod.set(method, byStatus))
    byStatus[status] = {
      seconds: this.seconds.labels({ route, method }),
      requests: this.requests.labels({ route, method, status: String(status) }),
    }
    return byStatus[status]
  }

  async text(): Promise<{ contentType: string; body: string }> {
    this.responds = (await this.health.stats()) !== undefined
    return { contentType: this.registry.contentType, body: await this.registry.metrics() }
  }
}
