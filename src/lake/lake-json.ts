/**
 * The rows of a batch as lines of JSON, for the streams that Firehose reads: the columns of lake-columns.ts by name.
 * Decimals are exact text, counts and times (milliseconds since 1970) are numbers, and NULL is absent.
 */

import type { LakeBatch, LakeValue } from './lake-batch.ts'
import { lakeColumns } from './lake-columns.ts'

/** One line for each row, in order, without line ends. */
export function jsonLines(batch: LakeBatch): string[] {
  const columns = lakeColumns(batch.table)
  return Array.from({ length: batch.rows }, (_, row) => {
    const line: Record<string, LakeValue> = {}
    for (let i = 0; i < columns.length; i++) {
      const value = batch.columns[i].valueAt(row)
      if (value !== null) line[columns[i].name] = value
    }
    return JSON.stringify(line)
  })
}
