/**
 * Interrupts DuckDB when the time is over, when the process takes too much memory, or when the user asks for it. Some
 * functions of DuckDB do not look at an interrupt, and allocate outside of its memory limit. So the memory of the whole
 * process is watched, and whoever started the query hears of the stop and may end the process.
 */

import type { DuckDBConnection } from '@duckdb/node-api'
import { QUERY_MEMORY_BESIDE_MIB } from '../protocol/limits.ts'
import { QueryFailure } from './query-failure.ts'

export interface QueryBounds {
  /** undefined: no end. */
  readonly seconds?: number | undefined
  /** Of DuckDB. The process may have {@link QUERY_MEMORY_BESIDE_MIB} more. */
  readonly memoryMiB: number
  /** Ends the query early. */
  readonly signal?: AbortSignal | undefined
  /** Called when the query was interrupted, which may not end it. */
  readonly onStop?: ((reason: QueryFailure) => void) | undefined
}

const WATCHED_EVERY_MS = 100

export class QueryStop {
  /** Why the query was interrupted. */
  reason: QueryFailure | undefined
  private readonly timers: NodeJS.Timeout[] = []
  private readonly bounds: QueryBounds
  private readonly onAbort = () => this.stop('interrupted')
  private readonly connection: Pick<DuckDBConnection, 'interrupt'>

  constructor(connection: Pick<DuckDBConnection, 'interrupt'>, bounds: QueryBounds) {
    const { memoryMiB, seconds, signal } = bounds
    this.connection = connection
    this.bounds = bounds
    if (seconds !== undefined) {
      this.timers.push(
        setTimeout(() => this.stop(`the query was stopped after ${seconds} s (--timeout)`), seconds * 1000),
      )
    }
    const bytesMax = (memoryMiB + QUERY_MEMORY_BESIDE_MIB) * 1024 * 1024
    this.timers.push(
      setInterval(() => {
        if (process.memoryUsage.rss() > bytesMax) this.stop('the query needs more memory than --memory allows')
      }, WATCHED_EVERY_MS),
    )
    signal?.addEventListener('abort', this.onAbort)
    if (signal?.aborted) this.onAbort()
  }

  check(): void {
    if (this.reason !== undefined) throw this.reason
  }

  end(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.bounds.signal?.removeEventListener('abort', this.onAbort)
  }

  private stop(reason: string): void {
    if (this.reason !== undefined) return
    this.reason = new QueryFailure(reason)
    this.connection.interrupt()
    this.bounds.onStop?.(this.reason)
  }
}
