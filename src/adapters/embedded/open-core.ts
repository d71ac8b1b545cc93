/**
 * Starts the core of an embedded exchange on its own thread, so that neither a sync of the log nor a
 * long match holds up a request, and gives the edge its ports.
 */

import { Worker } from 'node:worker_threads'
import type { InstrumentText } from '../../protocol/instrument.ts'
import { InstrumentDirectory } from '../../protocol/instrument-directory.ts'
import { CoreClient } from './core-client.ts'
import type { CoreSummary, FromCore } from './core-messages.ts'

/** What the core thread is started with. */
export interface CoreOptions {
  readonly dataPath: string
  /** What a new exchange trades. An exchange that is not new has its instruments in its order log. */
  readonly seed: readonly InstrumentText[]
}

/** The core could not open its data directory; the message is for the user. */
export class CoreRefused extends Error {
  override readonly name = 'CoreRefused'
}

export interface Core {
  readonly client: CoreClient
  /** What is traded now. */
  readonly instruments: InstrumentDirectory
  readonly summary: CoreSummary
  /** Drains, syncs, keeps a snapshot and ends the thread; answers the state hash. */
  stop(): Promise<string>
}

export interface CoreListeners {
  readonly onLog: (level: 'info' | 'warn' | 'error', message: string, fields: object) => void
  /** The core has ended by a failure; nothing is accepted any more. */
  readonly onFailed: (message: string) => void
}

/** Events live until they are committed: room enough that they need not be copied meanwhile. */
const YOUNG_GENERATION_MB = 64

/** Resolves when the books are recovered. Throws {@link CoreRefused}. */
export function openCore(thread: URL, options: CoreOptions, listeners: CoreListeners): Promise<Core> {
  const worker = new Worker(thread, {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  })
  let client: CoreClient | undefined
  return new Promise((resolve, reject) => {
    let stopping = false
    const end = (reason: string) => {
      client?.abandon(reason)
      // A core that has failed still holds its thread, and with it the process.
      void worker.terminate()
      if (client === undefined) reject(new CoreRefused(reason))
      else if (!stopping) listeners.onFailed(reason)
      stopping = true
    }
    const ready = (summary: CoreSummary): Core => {
      const instruments = new InstrumentDirectory(summary.instruments.map((one) => [one.symbol, one]))
      const opened = new CoreClient(worker, instruments)
      client = opened
      const stop = () => {
        stopping = true
        return opened.stop()
      }
      return { client: opened, instruments, summary, stop }
    }
    worker.on('error', (cause) => end(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)))
    worker.on('exit', () => end('the core has ended'))
    worker.on('message', (message: FromCore) => {
      if (message.kind === 'ready') resolve(ready(message.summary))
      else if (message.kind === 'refused' || message.kind === 'failed') end(message.message)
      else if (message.kind === 'log') listeners.onLog(message.level, message.message, message.fields)
      else client?.receive(message)
    })
  })
}
