/**
 * What `query` and `export` do around their work: the priority of the process, Ctrl-C, and the exit code. Work that was
 * stopped and does not end takes the process with it: `process.exit` would wait for the threads of DuckDB.
 */

import { setPriority } from 'node:os'
import { type QueryFailure, UnreadableLake } from '../../lake-query/query-failure.ts'
import { removeTemporaries } from '../../lake-query/temporary-files.ts'
import { QUERY_STUCK_MS } from '../../protocol/limits.ts'
import { UsageError } from '../options.ts'

const INTERRUPTED = 130
/** Threads of the exchange have 0. A query takes the processor time that the exchange leaves. */
const LOW_PRIORITY = 10

/** How work is stopped: by the signal, which the first Ctrl-C gives; or by itself, which it then reports. */
export interface Stopping {
  readonly signal: AbortSignal
  readonly onStop: (reason: QueryFailure) => void
}

/** Runs a command that reads the lake. */
export async function runLakeCommand(name: string, work: (stopping: Stopping) => Promise<number>): Promise<number> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const endSoon = (reason: string, signal: NodeJS.Signals) => {
    timer ??= setTimeout(() => {
      console.error(`bidding-exchange ${name}: ${reason}`)
      removeTemporaries()
      process.kill(process.pid, signal)
    }, QUERY_STUCK_MS)
  }
  const onInterrupt = () => {
    // The listeners are gone, so a second signal ends the process as usual.
    process.removeListener('SIGINT', onInterrupt)
    process.removeListener('SIGTERM', onInterrupt)
    endSoon('interrupted', 'SIGINT')
    controller.abort()
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  try {
    lowerPriority()
    return await work({ signal: controller.signal, onStop: ({ message }) => endSoon(message, 'SIGKILL') })
  } catch (cause) {
    console.error(`bidding-exchange ${name}: ${cause instanceof Error ? cause.message : cause}`)
    if (controller.signal.aborted) return INTERRUPTED
    if (!(cause instanceof UsageError)) return cause instanceof UnreadableLake ? 2 : 1
    console.error(`Try: bidding-exchange ${name} --help`)
    return 2
  } finally {
    clearTimeout(timer)
    process.removeListener('SIGINT', onInterrupt)
    process.removeListener('SIGTERM', onInterrupt)
  }
}

/** Threads that are created later inherit it. Not every system allows it. */
function lowerPriority(): void {
  try {
    setPriority(LOW_PRIORITY)
  } catch {}
}
