/** What `query` and `export` do around their work: the priority of the process, Ctrl-C, and the exit code. */

import { setPriority } from 'node:os'
import { UnreadableLake } from '../../lake-query/query-failure.ts'
import { UsageError } from '../options.ts'

const INTERRUPTED = 130
/** Threads of the exchange have 0. A query takes the processor time that the exchange leaves. */
const LOW_PRIORITY = 10

/** Runs a command that reads the lake. `work` gets a signal that the first Ctrl-C gives. */
export async function runLakeCommand(name: string, work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController()
  const onInterrupt = () => controller.abort()
  process.once('SIGINT', onInterrupt)
  process.once('SIGTERM', onInterrupt)
  try {
    lowerPriority()
    return await work(controller.signal)
  } catch (cause) {
    console.error(`bidding-exchange ${name}: ${cause instanceof Error ? cause.message : cause}`)
    if (controller.signal.aborted) return INTERRUPTED
    if (!(cause instanceof UsageError)) return cause instanceof UnreadableLake ? 2 : 1
    console.error(`Try: bidding-exchange ${name} --help`)
    return 2
  } finally {
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
