/**
 * The rows of a batch as lines of JSON, for the streams that Firehose reads: the columns of lake-columns.ts by name.
 * Decimals are exact text, times are text such as `2026-11-26 20:47:39.123` (UTC), and NULL is absent.
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
      if (value !== null) line[columns[i].name] = columns[i].type === 'time' ? timeText(value as number) : value
    }
    return JSON.stringify(line)
  })
}

const timeText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, -1)
