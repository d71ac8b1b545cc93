/** Where the rows of a result go. One output takes the results of all statements of a text, one after the other. */

import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { ReaderGone } from '../query-failure.ts'

export interface ResultColumn {
  /** As in the SQL; two columns may have the same name. */
  readonly name: string
  /** Differs from the names of all other columns. */
  readonly uniqueName: string
  readonly type: DuckDBType
}

export type ResultRow = readonly DuckDBValue[]

export interface RowOutput {
  /** Begins a result. */
  begin(columns: readonly ResultColumn[]): void
  rows(rows: readonly ResultRow[]): Promise<void>
  /** Ends a result. */
  end(): Promise<void>
  /** Whether a part of the present text has left the program, so that it cannot be run again. */
  readonly hasWritten: boolean
}

/** Writes text and waits while the reader is slow. Throws {@link ReaderGone} if it has closed its end. */
export type WriteText = (text: string) => Promise<void>

export function writerTo(stream: NodeJS.WritableStream): WriteText {
  let failure: NodeJS.ErrnoException | undefined
  stream.on('error', (cause) => {
    failure = cause
  })
  return (text) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(asReaderGone(failure))
      stream.write(text, (cause) => (cause ? reject(asReaderGone(cause)) : resolve()))
    })
}

const asReaderGone = (cause: NodeJS.ErrnoException): Error =>
  cause.code === 'EPIPE' || cause.code === 'ERR_STREAM_DESTROYED' ? new ReaderGone(cause.message) : cause
