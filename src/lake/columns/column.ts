/**
 * A column of gathered rows. The rows of a batch are added to all its columns together, so a column does not count
 * them: the batch says where a row goes, and reserves the room. A row that a column was not told about is NULL.
 */

import type { ColumnValues } from '../lake-batch.ts'

export const ROWS_AT_FIRST = 1_024

export interface Column extends ColumnValues {
  /** Bytes of memory. */
  readonly memory: number
  /** Makes room for `rows` rows. */
  reserve(rows: number): void
}

export function grown<A extends Uint8Array | Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from)
  return to
}
