/** `bidding-exchange start`: one process, one data directory, REST and WebSocket on one port. Configuration and wiring only. */

import { randomUUID } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import { type Logger, pino } from 'pino'
import { readInstruments, seedInstruments } from '../../adapters/embedded/instrument-file.ts'
import { StreamClock } from '../../adapters/embedded/stream-clock.ts'
import { type Core, CoreInterrupted, openCore } from '../../adapters/embedded/threads/open-core.ts'
import { accountLimits } from '../../entry/account-limits.ts'
import { DEMO_CALLER } from '../../entry/caller.ts'
import { AddressRate, limitedByAddress, type NodeFetch } from '../../http/address-limit.ts'
import { allowingOrigins } from '../../http/cross-origin.ts'
import { createHttpApp } from '../../http/http-app.ts'
import { foreignHost, onlyOwnHost } from '../../http/own-host.ts'
import type { SocketServer } from '../../http/socket/socket-server.ts'
import { upgradeRequiredAt } from '../../http/socket/upgrade-required.ts'
import { DEMO_INSTRUMENTS, type InstrumentText } from '../../protocol/instrument/instrument.ts'
import { SYMBOLS_NAMED_MAX } from '../../protocol/limits.ts'
import { RULES_NEWEST } from '../../protocol/versions.ts'
import { presentedKey } from '../../rest/presented-key.ts'
import { restDialect } from '../../rest/rest-dialect.ts'
import { asyncApiDocument, socketAt } from '../../websocket/asyncapi.ts'
import type { KeyFile } from '../api-key-file.ts'
import { CoreHealth } from '../core-health.ts'
import { connectionsAllowed } from '../descriptor-limit.ts'
import { docsAsset } from '../docs-assets.ts'
import { keepCollectionOnItsThread } from '../garbage-collection.ts'
import { type HttpServer, type LimitReached, probePort, SOCKET_PATH, serveHttp } from '../http-server.ts'
import { listenFailure } from '../listen-failure.ts'
import { LogOutput } from '../log-output.ts'
import { ExchangeMetrics } from '../metrics.ts'
import { UsageError } from '../options.ts'
import { shutDown } from '../shut-down.ts'
import { socketService } from '../socket-service.ts'
import { START_HELP, startOptions } from '../start-options.ts'
import { StopSignals } from '../stop-signals.ts'
import { THREADS } from '../threads.ts'

/** Time for the last lines of the log. */
const EXIT_MS = 200
/** Time for the threads to end after the core has failed. The reader may have just begun to load its code. */
const FAILED_MS = 5_000

/**
 * Time for an interrupted start to end by itself. The longest step is to restore a snapshot: 2 s for a million open
 * orders.
 */
const INTERRUPTED_MS = 5_000

export async function start(argv: string[]): Promise<number> {
  try {
    return await run(argv)
  } catch (cause) {
    if (cause instanceof CoreInterrupted) return 0
    if (!(cause instanceof UsageError)) {
      console.error(`bidding-exchange start: ${cause instanceof Error ? cause.message : cause}`)
      return 1
    }
    console.error(`bidding-exchange start: ${cause.message}\nTry: bidding-exchange start --help`)
    return 2
  }
}

async function run(argv: string[]): Promise<number> {
  const options = startOptions(argv)
  if (options === undefined) {
    console.log(START_HELP)
    return 0
  }
  const { host, port, keys, requestsPerAddress } = options
  await checkPort(host, port)
  const output = new LogOutput(process.stderr)
  const logger = pino({ level: options.logLevel }, output)
  output.onDropped = (lines) => logger.warn({ lines }, 'lines of this log were dropped, because nobody read them')
  let onKeysReplaced: () => void = () => {}
  process.on('SIGHUP', () => {
    reloadKeys(keys, logger)
    onKeysReplaced()
  })

  const signals = new StopSignals()
  const startEnds = exitWhenLate(signals.interruption)
  keepCollectionOnItsThread()
  const core = await openCore(
    THREADS,
    {
      dataPath: options.dataPath,
      accountOpenOrdersMax: options.accountOpenOrdersMax,
      seed: options.instruments === undefined ? DEMO_INSTRUMENTS : seedFrom(options.instruments),
      dropDamagedEnd: options.dropDamagedEnd,
    },
    {
      onLog: (level, message, fields) => logger[level](fields, message),
      onFailed: (message) => {
        logger.fatal({ error: message }, 'the core has failed; orders are no longer accepted')
        signals.fail(message)
      },
    },
    signals.interruption,
  )
  startEnds()
  logger.info({ ...core.summary, instruments: core.instruments.size }, 'recovered')
  if (options.instruments !== undefined && !core.summary.isNew) {
    logger.warn('the exchange is not new: --instruments is ignored. Use POST, PATCH and DELETE /instruments.')
  }
  const health = new CoreHealth(() => core.client.stats())
  const metrics = new ExchangeMetrics(health)
  const clock = new StreamClock()
  clock.atLeast(core.summary.logTimeMs)
  clock.watch()
  const entry = {
    instruments: core.instruments,
    orderEntry: core.client,
    orderReader: core.reader,
    // The time of the stream: an order must not be accepted if it would expire at once.
    nowMs: () => {
      clock.atLeast(core.client.latestMs)
      return clock.nowMs()
    },
    newOrderId: randomUUID,
    limits: accountLimits(options.ordersPerSecond, options.readsPerSecond),
  }
  const dialect = restDialect({
    ...entry,
    tradeReader: core.reader.trades,
    fillReader: core.reader.fillsOfAccounts,
    marketReader: core.marketReader,
    bookReader: core.client,
    authenticate: keys === undefined ? () => DEMO_CALLER : (headers) => keys.apiKeys.callerOf(presentedKey(headers)),
    health: () => health.health(),
    metricsText: () => metrics.text(),
    docsAsset,
    asyncApi: () => JSON.stringify(asyncApiDocument(socketAt(SOCKET_PATH))),
  })
  const app = createHttpApp([dialect], {
    observe: (route, method, status, seconds) => metrics.observe(route, method, status, seconds),
    failed: (failure, requestId) => logger.error({ error: String(failure), requestId }, 'request failed'),
  })
  const served: NodeFetch = keys === undefined ? onlyOwnHost(app.fetch, dialect) : app.fetch
  const notUpgraded = upgradeRequiredAt(SOCKET_PATH, served, dialect)
  const rate =
    requestsPerAddress === undefined
      ? undefined
      : new AddressRate({ perSecond: requestsPerAddress, nowMs: () => performance.now() })
  const limited = rate === undefined ? notUpgraded : limitedByAddress(notUpgraded, dialect, rate)
  const { allowedOrigins } = options
  const fetch = allowedOrigins.size === 0 ? limited : allowingOrigins(limited, allowedOrigins)
  const sockets = socketService(
    {
      ...entry,
      marketFeed: core.market,
      ...(keys === undefined && { demoCaller: DEMO_CALLER }),
      holderOf: (key) => keys?.apiKeys.holderOf(key),
      failed: (failure) => logger.error({ error: String(failure) }, 'request of a WebSocket failed'),
    },
    {
      dialect,
      admit: (request, address) => rate?.admit(address) ?? (keys === undefined ? foreignHost(request) : undefined),
      allowedOrigins,
      perAddressMax: options.socketsPerAddress,
      perAccountMax: options.socketsPerAccount,
    },
  )
  onKeysReplaced = sockets.keysReplaced
  metrics.watchSockets(sockets.server.counts, core.market)
  const saysRefused = atMostEachMinute(() =>
    logger.warn('connections are refused: the limit of open files (ulimit -n) allows no more'),
  )
  const noteLimit = (limit: LimitReached): void => {
    metrics.noteLimit(limit)
    if (limit === 'connections') saysRefused()
  }
  const server = await listen(core, fetch, host, port, noteLimit, sockets.server)
  console.log(banner(server.url, core))
  logger.info({ url: server.url }, 'listening')
  core.market.prepare()

  const { reason, failed } = await signals.stopped
  logger.info({ reason }, 'stopping')
  const endMs = performance.now() + (failed ? FAILED_MS : options.stopWithinMs)
  const exitCode = failed ? 1 : await shutDown({ server, core, logger }, options.stopWithinMs)
  if (failed) await server.close(0)
  await Promise.race([core.ended, unheld(endMs - EXIT_MS - performance.now())])
  // A thread that does not end, or a log that nobody reads, must not keep the process.
  void unheld(EXIT_MS).then(() => process.exit(exitCode))
  return exitCode
}

/** Ends the process if an interrupted start does not end in time. Returns a function that ends the watch. */
function exitWhenLate(interruption: AbortSignal): () => void {
  const watch = () => void unheld(INTERRUPTED_MS).then(() => process.exit(0))
  interruption.addEventListener('abort', watch)
  return () => interruption.removeEventListener('abort', watch)
}

/** Resolves after a time, for which the process does not wait. */
const unheld = (ms: number): Promise<void> => after(Math.max(ms, 0), undefined, { ref: false })

/** The call, left out within a minute after the last one. */
function atMostEachMinute(call: () => void): () => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - lastMs < 60_000) return
    lastMs = performance.now()
    call()
  }
}

/** Reads the key file again. If the file is bad, the old keys stay. */
function reloadKeys(keys: KeyFile | undefined, logger: Logger): void {
  if (keys === undefined) {
    logger.warn('SIGHUP is ignored: there is no key file to read again')
    return
  }
  try {
    logger.info({ keys: keys.reload() }, 'the API keys were read again')
  } catch (cause) {
    logger.error({ error: (cause as Error).message }, 'the key file is bad; the old API keys stay')
  }
}

function seedFrom(path: string): InstrumentText[] {
  try {
    return seedInstruments(readInstruments(path))
  } catch (cause) {
    throw new UsageError(`--instruments ${(cause as Error).message}`)
  }
}

async function listen(
  core: Core,
  fetch: NodeFetch,
  host: string,
  port: number,
  onLimit: (limit: LimitReached) => void,
  sockets: SocketServer,
): Promise<HttpServer> {
  try {
    return await serveHttp(fetch, host, port, onLimit, connectionsAllowed(), sockets)
  } catch (cause) {
    await core.stop()
    throw listenFailure(cause, host, port)
  }
}

/** Fails before a data directory is made or opened. The port is taken for good after the books are recovered. */
async function checkPort(host: string, port: number): Promise<void> {
  try {
    await probePort(host, port)
  } catch (cause) {
    throw listenFailure(cause, host, port)
  }
}

const traded = ({ instruments }: Core): string[] =>
  [...instruments.values()].filter(({ closed }) => !closed).map(({ symbol }) => symbol)

function banner(url: string, core: Core): string {
  const { dataPath, isNew, rules, commands, openOrders, replayedCommands, elapsedMs } = core.summary
  const recovered = isNew
    ? 'a new exchange'
    : `${commands.toLocaleString('en')} commands, ${openOrders.toLocaleString('en')} open orders; ` +
      `${replayedCommands.toLocaleString('en')} replayed in ${elapsedMs} ms`
  return `
  Bidding Exchange

  API    ${url}/orders
  Socket ${url.replace('http', 'ws')}/ws
  Docs   ${url}/docs
  Data   ${dataPath} (${recovered})
  Trades ${traded(core).slice(0, SYMBOLS_NAMED_MAX).join(', ')}
  Rules  ${rules}${rules < RULES_NEWEST ? ` (rules ${RULES_NEWEST} can be adopted)` : ''}

  Ctrl-C stops it.
`
}
