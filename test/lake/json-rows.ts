/** The lines of JSON of a batch as rows with the text that DuckDB prints. */

import type { LakeBatch } from '../../src/lake/lake-batch.ts'
import { type LakeColumn, lakeColumns } from '../../src/lake/lake-columns.ts'
import { jsonLines } from '../../src/lake/lake-json.ts'
import { type Row, time } from './expected-rows.ts'

export function jsonRows(batch: LakeBatch): Row[] {
  return jsonLines(batch).map((line) => {
    const values = JSON.parse(line)
    return Object.fromEntries(lakeColumns(batch.table).map((column) => [column.name, textOf(column, values)]))
  })
}

function textOf({ name, type }: LakeColumn, values: Readonly<Record<string, unknown>>): string | null {
  const value = values[name]
  if (value === undefined) return null
  if (type === 'time') return time(value as number)
  if (type !== 'decimal') return String(value)
  const [whole, places = ''] = (value as string).split('.')
  return `${whole}.${places.padEnd(12, '0')}`
}
