/** Rows of one table and one UTC day, by column. Made by lake-fold.ts; written by parquet-file.ts and lake-json.ts. */

import type { LakeTable } from './lake-columns.ts'
import type { Bounds, ColumnChunk } from './parquet/column-chunk.ts'

/**
 * A value of a row: text; flag; count and time (milliseconds) as number; a decimal as exact text. null: SQL's NULL.
 */
export type LakeValue = string | number | boolean | null

/** The values of one column. */
export interface ColumnValues {
  valueAt(row: number): LakeValue
  /** Writes the values of the rows `from` … `to` - 1 as pages. Returns their bounds, where a reader can use them. */
  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined
}

export interface LakeBatch {
  readonly table: LakeTable
  /** `2026-11-26`: the day of each row's event. */
  readonly day: string
  readonly rows: number
  /** In the order of lakeColumns. */
  readonly columns: readonly ColumnValues[]
}
