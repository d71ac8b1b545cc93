/** REST and the WebSocket of `bidding-exchange start` on an open core, with all limits of its options. Wiring only. */

import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { BadDemoMarker } from '../../adapters/embedded/demo-marker.ts'
import { StreamClock } from '../../adapters/embedded/stream-clock.ts'
import type { Core } from '../../adapters/embedded/threads/open-core.ts'
import type { SeededMarket } from '../../demo-market/seeded-market.ts'
import { accountLimits } from '../../entry/account-limits.ts'
import { type Caller, DEMO_CALLER } from '../../entry/caller.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import { AddressRate, limitedByAddress, type NodeFetch } from '../../http/address-limit.ts'
import { allowingOrigins } from '../../http/cross-origin.ts'
import { createHttpApp } from '../../http/http-app.ts'
import { foreignHost, onlyOwnHost } from '../../http/own-host.ts'
import { withSite } from '../../http/site.ts'
import { upgradeRequiredAt } from '../../http/socket/upgrade-required.ts'
import type { Tracing } from '../../ports/tracing.ts'
import { presentedKey } from '../../rest/presented-key.ts'
import { restDialect } from '../../rest/rest-dialect.ts'
import { asyncApiDocument, socketAt } from '../../websocket/asyncapi.ts'
import { connectionsAllowed } from '../descriptor-limit.ts'
import { AccessLog } from './access-log.ts'
import { CoreHealth } from './core-health.ts'
import { checkDemo, demoHealth, demoService } from './demo-service.ts'
import { docsAsset } from './docs-assets.ts'
import { type HttpServer, type LimitReached, SOCKET_PATH, serveHttp } from './http-server.ts'
import { listenFailure } from './listen-failure.ts'
import { ExchangeMetrics } from './metrics/exchange-metrics.ts'
import { screenFiles, screenRoute } from './screen-files.ts'
import { socketService } from './socket-service.ts'
import type { StartOptions } from './start-options.ts'

export interface ServedExchange {
  readonly server: HttpServer
  /** undefined: it cannot be offered, which the log says. */
  readonly demo: SeededMarket | undefined
  /** The API keys have been replaced. */
  keysReplaced(): void
}

/**
 * Stops the core and throws {@link listenFailure} if the port cannot be listened on, and UsageError if the demo market
 * that the options ask for is refused.
 */
export async function serveExchange(
  core: Core,
  options: StartOptions,
  logger: Logger,
  tracing?: Tracing,
): Promise<ServedExchange> {
  const { host, port, keys, requestsPerAddress, allowedOrigins } = options
  const health = new CoreHealth(() => core.client.stats())
  const metrics = new ExchangeMetrics({ health, queues: () => core.queues() })
  const entry = entryOf(core, options)
  const demo = await demoOf(core, entry, options, logger)
  const authenticate: Authenticate =
    keys === undefined ? () => DEMO_CALLER : (headers) => keys.apiKeys.callerOf(presentedKey(headers))
  const accessLog = options.accessLog ? new AccessLog((answered) => logger.info(answered, 'answered')) : undefined
  const dialect = restDialect({
    ...entry,
    tradeReader: core.reader.trades,
    fillReader: core.reader.fillsOfAccounts,
    marketReader: core.marketReader,
    bookReader: core.client,
    authenticate: accessLog === undefined ? authenticate : noting(accessLog, authenticate),
    ...(demo !== undefined && { demoMarket: demo }),
    health: async () => ({ ...(await health.health()), ...(demo !== undefined && { demoMarket: demoHealth(demo) }) }),
    metricsText: () => metrics.text(),
    onProblem: (code) => metrics.noteProblem('rest', code),
    docsAsset,
    asyncApi: () => JSON.stringify(asyncApiDocument(socketAt(SOCKET_PATH))),
  })
  if (tracing !== undefined) core.client.spanNow = () => tracing.current()
  const app = createHttpApp([dialect], {
    ...(tracing !== undefined && { traced: (request, answer) => tracing.request(request, answer) }),
    observe: (route, method, status, seconds) => metrics.observe(route, method, status, seconds),
    failed: (failure, requestId) => logger.error({ error: String(failure), requestId }, 'request failed'),
  })
  const rate =
    requestsPerAddress === undefined
      ? undefined
      : new AddressRate({ perSecond: requestsPerAddress, nowMs: () => performance.now() })
  const site = screenFiles()
  // Each handler wraps the one before, so the last one sees a request first.
  let fetch: NodeFetch = app.fetch
  if (site !== undefined) fetch = withSite(fetch, site, (path, ...seen) => metrics.observe(screenRoute(path), ...seen))
  if (keys === undefined) fetch = onlyOwnHost(fetch, dialect)
  fetch = upgradeRequiredAt(SOCKET_PATH, fetch, dialect)
  if (rate !== undefined) fetch = limitedByAddress(fetch, dialect, rate)
  if (allowedOrigins.size > 0) fetch = allowingOrigins(fetch, allowedOrigins)
  if (accessLog !== undefined) fetch = accessLog.wrap(fetch)
  const sockets = socketService(
    {
      ...entry,
      marketFeed: core.market,
      ...(keys === undefined && { demoCaller: DEMO_CALLER }),
      holderOf: (key) => keys?.apiKeys.holderOf(key),
      failed: (failure) => logger.error({ error: String(failure) }, 'request of a WebSocket failed'),
      onProblem: (code) => metrics.noteProblem('websocket', code),
      onAnswer: (op, seconds, answers) => metrics.observeSocket(op, seconds, answers),
    },
    {
      dialect,
      admit: (request, address) => rate?.admit(address) ?? (keys === undefined ? foreignHost(request) : undefined),
      allowedOrigins,
      perAddressMax: options.socketsPerAddress,
      perAccountMax: options.socketsPerAccount,
    },
  )
  metrics.watchSockets(sockets.server.counts, core.market)
  metrics.watchLake(() => health.latest?.measured.lake)
  const saysRefused = atMostEachMinute(() =>
    logger.warn('connections are refused: the limit of open files (ulimit -n) allows no more'),
  )
  const noteLimit = (limit: LimitReached): void => {
    metrics.noteLimit(limit)
    if (limit === 'connections') saysRefused()
  }
  try {
    const server = await serveHttp(fetch, host, port, noteLimit, connectionsAllowed(), sockets.server)
    return { server, demo, keysReplaced: sockets.keysReplaced }
  } catch (cause) {
    await core.stop()
    throw listenFailure(cause, host, port)
  }
}

/** Stops the core and throws if the demo market is asked for and cannot run. */
async function demoOf(
  core: Core,
  entry: EntryPorts,
  options: StartOptions,
  logger: Logger,
): Promise<SeededMarket | undefined> {
  try {
    const demo = demoService(core, entry, (error) => logger.error({ error }, 'the demo market has ended'))
    await checkDemo(demo, core, options)
    return demo
  } catch (cause) {
    if (options.demo === undefined && cause instanceof BadDemoMarker) {
      logger.warn({ error: cause.message }, 'the demo market is not offered')
      return undefined
    }
    await core.stop()
    throw cause
  }
}

type Authenticate = (headers: Headers) => Caller | undefined

const noting =
  (accessLog: AccessLog, authenticate: Authenticate): Authenticate =>
  (headers) => {
    const caller = authenticate(headers)
    if (caller !== undefined) accessLog.noteAccount(headers, caller.account)
    return caller
  }

/** What both dialects use of order entry. */
function entryOf(core: Core, { ordersPerSecond, readsPerSecond }: StartOptions) {
  const clock = new StreamClock()
  clock.atLeast(core.summary.logTimeMs)
  clock.watch()
  return {
    instruments: core.instruments,
    orderEntry: core.client,
    orderReader: core.reader,
    // The time of the stream: an order must not be accepted if it would expire at once.
    nowMs: () => {
      clock.atLeast(core.client.latestMs)
      return clock.nowMs()
    },
    newOrderId: randomUUID,
    limits: accountLimits(ordersPerSecond, readsPerSecond),
  }
}

/** The call, left out within a minute after the last one. */
function atMostEachMinute(call: () => void): () => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - lastMs < 60_000) return
    lastMs = performance.now()
    call()
  }
}
