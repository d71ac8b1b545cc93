/** `bidding-exchange start`: one process, one data directory, REST and WebSocket on one port. Configuration and wiring only. */

import { setTimeout as after } from 'node:timers/promises'
import { type Logger, pino } from 'pino'
import { readInstruments, seedInstruments } from '../../adapters/embedded/instrument-file.ts'
import { type Core, CoreInterrupted, openCore } from '../../adapters/embedded/threads/open-core.ts'
import { openTracing } from '../../adapters/opentelemetry/otlp-tracing.ts'
import type { DemoMarket, DemoSettings } from '../../ports/demo-market.ts'
import { DEMO_INSTRUMENTS, type InstrumentText } from '../../protocol/instrument/instrument.ts'
import { SYMBOLS_NAMED_MAX } from '../../protocol/limits.ts'
import { RULES_NEWEST } from '../../protocol/versions.ts'
import { UsageError } from '../options.ts'
import { programVersion } from '../program-version.ts'
import type { KeyFile } from '../server/api-key-file.ts'
import { keepCollectionOnItsThread } from '../server/garbage-collection.ts'
import { probePort } from '../server/http-server.ts'
import { listenFailure } from '../server/listen-failure.ts'
import { LogOutput } from '../server/log-output.ts'
import { serveExchange } from '../server/serve-exchange.ts'
import { shutDown } from '../server/shut-down.ts'
import { START_HELP, type StartOptions, startOptions } from '../server/start-options.ts'
import { StopSignals } from '../server/stop-signals.ts'
import { THREADS } from '../threads.ts'

/** Time for the last lines of the log. */
const EXIT_MS = 200
/** Time for the threads to end after the core has failed. The reader may have just begun to load its code. */
const FAILED_MS = 5_000

/** How long the banner waits for the first orders of the demo market. */
const DEMO_OPENS_MS = 2_000

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
  const { host, port, keys } = options
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
  const tracing = await openTracing(process.env, programVersion(), (error) =>
    logger.warn({ error }, 'the receiver of traces takes no spans; they are dropped'),
  )
  const core = await openCore(
    THREADS,
    {
      dataPath: options.dataPath,
      accountOpenOrdersMax: options.accountOpenOrdersMax,
      seed: options.instruments === undefined ? DEMO_INSTRUMENTS : seedFrom(options.instruments),
      dropDamagedEnd: options.dropDamagedEnd,
      traces: tracing !== undefined,
      lake: options.lake,
    },
    {
      onTraced: (stages) => tracing?.record(stages),
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
  const { server, demo, keysReplaced } = await serveExchange(core, options, logger, tracing)
  onKeysReplaced = keysReplaced
  if (demo !== undefined && options.demo !== undefined) await openDemo(demo, options.demo, logger)
  console.log(banner(server.url, core, options.demo))
  logger.info({ url: server.url }, 'listening')
  core.market.prepare()

  const { reason, failed } = await signals.stopped
  logger.info({ reason }, 'stopping')
  const endMs = performance.now() + (failed ? FAILED_MS : options.stopWithinMs)
  const serving = {
    // The core takes the last commands of the demo market before it stops.
    close: (drainMs: number) =>
      Promise.all([server.close(drainMs), Promise.race([demo?.close(), unheld(drainMs)])]).then(() => {}),
  }
  const exitCode = failed ? 1 : await shutDown({ server: serving, core, logger }, options.stopWithinMs)
  if (failed) await server.close(0)
  await Promise.race([Promise.all([core.ended, tracing?.close()]), unheld(endMs - EXIT_MS - performance.now())])
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

/** The first orders of the demo market. A busy or full exchange takes them later. */
async function openDemo(demo: DemoMarket, asked: NonNullable<StartOptions['demo']>, logger: Logger): Promise<void> {
  const opened = demo.start(asked, asked.anyway).then(
    // It was allowed when the process started: an order has arrived meanwhile.
    (started) => typeof started === 'string' && logger.error({ reason: started }, 'the demo market did not start'),
    (cause) => logger.error({ error: String(cause) }, 'the demo market could not start'),
  )
  await Promise.race([opened, unheld(DEMO_OPENS_MS)])
}

const demoLine = ({ seed, rate }: DemoSettings): string =>
  `\n  Demo   made-up orders: seed ${seed}, ${rate.toLocaleString('en')} commands a second`

function banner(url: string, core: Core, demo: DemoSettings | undefined): string {
  const { dataPath, isNew, rules, commands, openOrders, replayedCommands, elapsedMs } = core.summary
  const recovered = isNew
    ? 'a new exchange'
    : `${commands.toLocaleString('en')} commands, ${openOrders.toLocaleString('en')} open orders; ` +
      `${replayedCommands.toLocaleString('en')} replayed in ${elapsedMs} ms`
  return `
  Bidding Exchange

  Screen ${url}
  API    ${url}/orders
  Socket ${url.replace('http', 'ws')}/ws
  Docs   ${url}/docs
  Data   ${dataPath} (${recovered})
  Trades ${traded(core).slice(0, SYMBOLS_NAMED_MAX).join(', ')}
  Rules  ${rules}${rules < RULES_NEWEST ? ` (rules ${RULES_NEWEST} can be adopted)` : ''}${demo === undefined ? '' : demoLine(demo)}

  Ctrl-C stops it.
`
}
