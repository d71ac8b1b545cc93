/**
 * Runs a text of SQL over a lake: all its statements in turn, or none if one of them may not run. A result is read
 * in pieces, so memory does not grow with it. If compaction deletes a file before it was read, the text runs again
 * with a new list of files.
 */

import type { DuckDBResult } from '@duckdb/node-api'
import { QUERY_RETRIES_MAX } from '../protocol/limits.ts'
import type { LakeSession } from './lake-session.ts'
import type { ResultColumn, RowOutput } from './output/row-output.ts'
import { FileVanished, QueryFailure, queryFailure, ReaderGone } from './query-failure.ts'
import { type QueryBounds, QueryStop } from './query-stop.ts'
import { readingStatements } from './read-only-text.ts'

export interface QueryRequest extends Pick<QueryBounds, 'signal' | 'onStop'> {
  readonly sql: string
  /** Rows of each result that are shown; undefined: all. */
  readonly limit: number | undefined
  readonly seconds: number
}

export interface QuerySummary {
  readonly statements: number
  readonly rows: number
  /** Whether a result has more rows than were shown. */
  readonly hasMore: boolean
  readonly elapsedMs: number
}

/** Throws {@link QueryFailure}. */
export async function runQuery(session: LakeSession, request: QueryRequest, output: RowOutput): Promise<QuerySummary> {
  const stop = new QueryStop(session.connection, { ...request, memoryMiB: session.memoryMiB })
  try {
    const statements = await readingStatements(session.connection, request.sql)
    if (statements.length === 0) throw new QueryFailure('there is no statement in the SQL')
    for (let retries = 0; ; retries++) {
      try {
        return await runAll(session, statements, request, output, stop)
      } catch (cause) {
        if (cause instanceof ReaderGone) throw cause
        const failure = queryFailure(cause)
        if (!(failure instanceof FileVanished) || retries === QUERY_RETRIES_MAX || output.hasWritten) throw failure
        await session.refresh()
      }
    }
  } catch (cause) {
    throw stop.reason ?? cause
  } finally {
    stop.end()
  }
}

async function runAll(
  session: LakeSession,
  statements: readonly string[],
  { limit }: QueryRequest,
  output: RowOutput,
  stop: QueryStop,
): Promise<QuerySummary> {
  const startedAt = performance.now()
  let rows = 0
  let hasMore = false
  for (const statement of statements) {
    const result = await session.connection.stream(statement)
    output.begin(columnsOf(result))
    const shown = await showRows(result, limit ?? Number.POSITIVE_INFINITY, output, stop)
    await output.end()
    rows += shown.rows
    hasMore ||= shown.hasMore
  }
  return { statements: statements.length, rows, hasMore, elapsedMs: performance.now() - startedAt }
}

async function showRows(result: DuckDBResult, limit: number, output: RowOutput, stop: QueryStop) {
  let rows = 0
  for await (const piece of result.yieldRows()) {
    stop.check()
    const room = limit - rows
    if (piece.length > room) {
      await output.rows(piece.slice(0, room))
      return { rows: limit, hasMore: true }
    }
    await output.rows(piece)
    rows += piece.length
  }
  return { rows, hasMore: false }
}

function columnsOf(result: DuckDBResult): ResultColumn[] {
  const unique = result.deduplicatedColumnNames()
  return result.columnNames().map((name, i) => ({ name, uniqueName: unique[i], type: result.columnType(i) }))
}
