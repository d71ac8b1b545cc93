/**
 * The metrics of `/metrics`, in the text format of Prometheus: what the edge counts itself, and what the tables beside
 * this file read from other threads at each scrape. No label has the name of an account, an order or a symbol, so the
 * number of series is bounded.
 */

import { Counter, Histogram, Registry } from 'prom-client'
import { Distribution, DURATIONS } from '../../../adapters/embedded/metrics/distribution.ts'
import { ThreadMeter } from '../../../adapters/embedded/metrics/thread-meter.ts'
import type { MarketClient, MarketStats } from '../../../adapters/embedded/threads/market/market-client.ts'
import type { Queues } from '../../../adapters/embedded/threads/open-core.ts'
import type { SocketCounts } from '../../../http/socket/socket-counts.ts'
import type { LakeStats } from '../../../ports/lake-stats.ts'
import type { CoreHealth } from '../core-health.ts'
import type { LimitReached } from '../http-server.ts'
import { CORE_METRICS } from './core-metrics.ts'
import { LAKE_METRICS, PROCESS_METRICS, QUEUE_METRICS, THREAD_METRICS, type Threads } from './edge-metrics.ts'
import { gauge, show } from './shown-metric.ts'
import { MARKET_METRICS, REQUEST_METRICS, SOCKET_METRICS } from './socket-metrics.ts'

/** Methods that a route may have. A request to no route may have any of Node's, which are counted as one. */
const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']
const OTHER_METHOD = 'OTHER'

/** HTTP requests take longer than the shortest durations of the core. */
const REQUEST_SECONDS = DURATIONS.filter((seconds) => seconds >= 0.000_1)

interface Series {
  readonly seconds: Histogram.Internal<string>
  readonly requests: Counter.Internal
}

export interface MetricSources {
  readonly health: Pick<CoreHealth, 'stats' | 'latest'>
  readonly queues: () => Queues
}

export class ExchangeMetrics {
  private readonly registry = new Registry()
  private readonly seconds: Histogram
  private readonly requests: Counter
  private readonly limits: Counter
  private readonly problems: Counter
  /** Counters by route, method and status, because a lookup by a label object costs more than the count. */
  private readonly series = new Map<string, Map<string, Series[]>>()
  private readonly socketSeconds = new Map<string, Distribution>()
  private readonly health: MetricSources['health']
  private readonly edge = new ThreadMeter()
  private edgeNow = this.edge.measurements()
  private market: Pick<MarketClient, 'stats'> | undefined
  private marketNow: MarketStats | undefined
  private responds = true

  constructor({ health, queues }: MetricSources) {
    const { registry } = this
    const registers = [registry]
    this.health = health
    this.requests = new Counter({
      name: 'exchange_http_requests_total',
      help: 'Requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    })
    this.seconds = new Histogram({
      name: 'exchange_http_request_duration_seconds',
      help: 'Time from a request to its response',
      labelNames: ['route', 'method'],
      buckets: REQUEST_SECONDS,
      registers,
    })
    this.problems = new Counter({
      name: 'exchange_problems_total',
      help: 'Requests, and orders of a batch, that were answered with a problem',
      labelNames: ['interface', 'code'],
      registers,
    })
    this.limits = new Counter({
      name: 'exchange_http_limits_reached_total',
      help: 'Connections closed and bodies given up at a limit of the HTTP server',
      labelNames: ['limit'],
      registers,
    })
    const responding = gauge<boolean>(
      'exchange_core_responding',
      'Whether the core has answered within a second; 0: the metrics of the core are old',
      (responds) => (responds ? 1 : 0),
    )
    show(registry, [responding], () => this.responds)
    show(registry, CORE_METRICS, () => health.latest)
    show(registry, QUEUE_METRICS, queues)
    show(registry, REQUEST_METRICS, () => this.socketSeconds)
    show(registry, PROCESS_METRICS, () => process)
    show(registry, THREAD_METRICS, () => this.threads())
  }

  /** Adds the metrics of the WebSocket and of its market data. */
  watchSockets(counts: SocketCounts, market: Pick<MarketClient, 'stats'>): void {
    this.market = market
    show(this.registry, SOCKET_METRICS, () => counts)
    show(this.registry, MARKET_METRICS, () => this.marketNow)
  }

  /** Adds the metrics of the data lake. `stats` returns undefined until the writer has reported. */
  watchLake(stats: () => LakeStats | undefined): void {
    show(this.registry, LAKE_METRICS, stats)
  }

  /** A response to a request. */
  observe(route: string, method: string, status: number, seconds: number): void {
    const series = this.series.get(route)?.get(method)?.[status] ?? this.newSeries(route, method, status)
    series.seconds.observe(seconds)
    series.requests.inc()
  }

  /** Answers to requests of a WebSocket that took the same time. */
  observeSocket(op: string, seconds: number, answers = 1): void {
    let distribution = this.socketSeconds.get(op)
    if (distribution === undefined) {
      distribution = new Distribution(REQUEST_SECONDS)
      this.socketSeconds.set(op, distribution)
    }
    distribution.observe(seconds, answers)
  }

  noteProblem(through: 'rest' | 'websocket', code: string): void {
    this.problems.inc({ interface: through, code })
  }

  noteLimit(limit: LimitReached): void {
    this.limits.inc({ limit })
  }

  async text(): Promise<{ contentType: string; body: string }> {
    this.responds = (await this.health.stats()) !== undefined
    // Both reset what they read, so all of a scrape come from one look.
    this.edgeNow = this.edge.measurements()
    this.marketNow = this.market?.stats()
    return { contentType: this.registry.contentType, body: await this.registry.metrics() }
  }

  private threads(): Threads {
    const core = this.health.latest?.measured.thread
    const edge = ['edge', this.edgeNow] as const
    return core === undefined ? [edge] : [edge, ['core', core]]
  }

  private newSeries(route: string, asked: string, status: number): Series {
    const method = METHODS.includes(asked) ? asked : OTHER_METHOD
    const byMethod = this.series.get(route) ?? new Map<string, Series[]>()
    const byStatus = byMethod.get(method) ?? []
    this.series.set(route, byMethod.set(method, byStatus))
    byStatus[status] = {
      seconds: this.seconds.labels({ route, method }),
      requests: this.requests.labels({ route, method, status: String(status) }),
    }
    return byStatus[status]
  }
}
