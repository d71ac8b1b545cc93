/**
 * Starts the core of an embedded exchange on its own thread, then the reader of its records on another, and returns
 * their ports to the edge. The thread of the live market data starts when somebody follows them. Neither a sync of the order log nor a long match then delays a request, and no read
 * delays an order.
 */

import { setTimeout as after } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { MarketReader } from '../../../ports/market-reader.ts'
import type { TracedStage } from '../../../ports/tracing.ts'
import type { InstrumentText } from '../../../protocol/instrument/instrument.ts'
import { InstrumentDirectory } from '../../../protocol/instrument/instrument-directory.ts'
import type { IdLayer } from '../records/known-ids.ts'
import { CoreClient } from './core-client.ts'
import { type CoreStopped, type CoreSummary, type FromCore, LEAVE } from './core-messages.ts'
import { LakeClient } from './lake/lake-client.ts'
import type { LakeSettings } from './lake/lake-messages.ts'
import { MarketClient } from './market/market-client.ts'
import { MarketDataReader } from './market-data-reader.ts'
import { ReaderClient } from './reader-client.ts'
import { RecordReader } from './record-reader.ts'

/** The compiled files of the threads. */
export interface ThreadFiles {
  readonly core: URL
  readonly reader: URL
  readonly market: URL
  readonly lake: URL
}

/** The options of the core thread. */
export interface CoreOptions {
  readonly dataPath: string
  /** Open orders that one account may have. */
  readonly accountOpenOrdersMax: number
  /** The instruments of a new exchange. An existing exchange has its instruments in its order log. */
  readonly seed: readonly InstrumentText[]
  /** Drops a last frame of the log that is damaged and not merely torn. */
  readonly dropDamagedEnd?: boolean
  /** Whether submits of traced requests are measured. */
  readonly traces?: boolean
  /** The data lake; undefined: none. */
  readonly lake?: LakeSettings | undefined
}

/** The core could not open its data directory; the message is for the user. */
export class CoreRefused extends Error {
  override readonly name = 'CoreRefused'
}

/** The start was interrupted. Nothing was acknowledged, and the next start continues. */
export class CoreInterrupted extends Error {
  override readonly name = 'CoreInterrupted'
}

/** What the threads have not answered. */
export interface Queues {
  readonly commands: number
  readonly coreReads: number
  readonly readerReads: number
}

export interface Core {
  readonly client: CoreClient
  readonly reader: RecordReader
  /** Live market data. Its thread starts with the first follower. */
  readonly market: MarketClient
  /** Candles and tickers. */
  readonly marketReader: MarketReader
  /** The present instruments. */
  readonly instruments: InstrumentDirectory
  readonly summary: CoreSummary
  queues(): Queues
  /**
   * Completes the log, stores the records and a snapshot if there is time, and stops the threads. Without `withinMs`
   * it takes the time that it needs.
   */
  stop(withinMs?: number): Promise<CoreStopped>
  /** Resolves when both threads have ended: after a stop, or after a failure. */
  readonly ended: Promise<void>
}

export interface CoreListeners {
  readonly onLog: (level: 'info' | 'warn' | 'error', message: string, fields: object) => void
  /** The core has stopped after a failure, and accepts no more commands. */
  readonly onFailed: (message: string) => void
  /** Stages of traced submits. */
  readonly onTraced?: (stages: readonly TracedStage[]) => void
}

/** Events stay in memory until they are committed. This size keeps the garbage collector from copying them. */
const YOUNG_GENERATION_MB = 64

/**
 * Resolves when the books are recovered. Throws {@link CoreRefused}, and {@link CoreInterrupted} after `interruption`.
 * The threads end by themselves, because one that is terminated inside LMDB can end the process by a signal.
 */
export function openCore(
  threads: ThreadFiles,
  options: CoreOptions,
  listeners: CoreListeners,
  interruption?: AbortSignal,
): Promise<Core> {
  if (interruption?.aborted) return Promise.reject(new CoreInterrupted())
  const worker = new Worker(threads.core, {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  const coreEnded = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let client: CoreClient | undefined
  let shareLayer: (layer: IdLayer) => void = (layer) => layers.push(layer)
  /** Layers of the filter of ids that came before the reader. */
  const layers: IdLayer[] = []
  return new Promise((resolve, reject) => {
    let stopping = false
    let refusal: Error | undefined
    const fail = (reason: string) => {
      refusal ??= new CoreRefused(reason)
      client?.abandon(reason)
      if (client !== undefined && !stopping) listeners.onFailed(reason)
      stopping = true
    }
    const ready = async (summary: CoreSummary, path: string): Promise<Core> => {
      const instruments = new InstrumentDirectory(summary.instruments.map((one) => [one.symbol, one]))
      const opened = new CoreClient(worker, instruments)
      client = opened
      const stored = new ReaderClient(threads.reader, { path }, (error) =>
        listeners.onLog('error', 'the reader of the records has failed; the next read starts it again', { error }),
      )
      for (const layer of layers) stored.share(layer)
      shareLayer = (layer) => stored.share(layer)
      const reader = new RecordReader(opened, stored)
      const marketReader = new MarketDataReader(opened, stored)
      const market = new MarketClient({
        thread: threads.market,
        connectCore: (message) => worker.postMessage(message, [message.port]),
        history: {
          trades: ({ symbol, limit }) => reader.trades.list(symbol, { limit }),
          candles: ({ symbol, interval, fromMs }) =>
            marketReader.candles(symbol, interval, { fromMs, toMs: Number.MAX_SAFE_INTEGER }),
          latest: ({ symbol }) => marketReader.latest(symbol),
        },
        onFailed: (error) =>
          listeners.onLog('error', 'live market data has failed; its clients begin again', { error }),
      })
      const lake =
        options.lake &&
        new LakeClient({
          thread: threads.lake,
          dataPath: summary.dataPath,
          settings: options.lake,
          connectCore: (message) => worker.postMessage(message, [message.port]),
          onFailed: (error) => listeners.onLog('error', 'the data lake has failed; it is started again', { error }),
        })
      const ended = coreEnded.then(async () => {
        await Promise.all([market.stop(), stored.stop(), lake?.stop()])
      })
      const stop = async (withinMs = Number.POSITIVE_INFINITY) => {
        stopping = true
        lake?.leave()
        const startedMs = performance.now()
        const othersEnded = Promise.all([market.stop(), stored.stop()])
        await (withinMs === Number.POSITIVE_INFINITY ? othersEnded : Promise.race([othersEnded, late(withinMs / 2)]))
        return opened.stop(withinMs - (performance.now() - startedMs))
      }
      // A thread that is starting would have to end when the exchange stops.
      await stored.up
      const queues = (): Queues => {
        const { commands, reads } = opened.waits
        return { commands, coreReads: reads, readerReads: stored.waits }
      }
      return { queues, client: opened, reader, market, marketReader, instruments, summary, stop, ended }
    }
    interruption?.addEventListener('abort', () => {
      if (client === undefined) worker.postMessage(LEAVE)
    })
    worker.on('error', (cause) => fail(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)))
    worker.on('exit', () => {
      if (client === undefined && interruption?.aborted) refusal ??= new CoreInterrupted()
      fail('the core has stopped')
      if (client === undefined) reject(refusal)
    })
    worker.on('message', (message: FromCore) => {
      if (message.kind === 'ready') {
        // Otherwise the core has been asked to leave.
        if (!interruption?.aborted) void ready(message.summary, message.records).then(resolve)
      } else if (message.kind === 'refused') {
        refusal ??= message.message === undefined ? new CoreInterrupted() : new CoreRefused(message.message)
      } else if (message.kind === 'failed') {
        fail(message.message)
        worker.postMessage(LEAVE)
      } else if (message.kind === 'idLayer') shareLayer(message.layer)
      else if (message.kind === 'traced') listeners.onTraced?.(message.stages)
      else if (message.kind === 'log') listeners.onLog(message.level, message.message, message.fields)
      else client?.receive(message)
    })
  })
}

/** Resolves after a time, for which the process does not wait. */
const late = (ms: number): Promise<void> => after(Math.max(ms, 0), undefined, { ref: false })
