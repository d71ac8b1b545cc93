/** Rows of one table and one UTC day, by column. Made by lake-fold.ts; written by parquet-file.ts and lake-json.ts. */

import type { LakeTable } from './lake-columns.ts'

/**
 * A value of a row: text; flag; count and time (milliseconds) as number; a decimal as exact text. null: SQL's NULL.
 */
export type LakeValue = string | number | boolean | null

/** The values of one column. */
export interface ColumnValues {
  valueAt(row: number): LakeValue
}

export interface LakeBatch {
  readonly table: LakeTable
  /** `2026-11-26`: the day of each row's event. */
  readonly day: string
  readonly rows: number
  /** In the order of lakeColumns. */
  readonly columns: readonly ColumnValues[]
}
