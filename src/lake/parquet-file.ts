/** A batch of rows as a Parquet file. */

import type { SchemaElement } from 'hyparquet-writer'
import { parquetWriteBuffer } from 'hyparquet-writer'
import type { LakeBatch, LakeValue } from './lake-batch.ts'
import { DECIMAL_PRECISION, DECIMAL_SCALE, type LakeColumn, type LakeType, lakeColumns } from './lake-columns.ts'

/** How each type is stored. */
const ELEMENTS: Readonly<Record<LakeType, Partial<SchemaElement>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  flag: { type: 'BOOLEAN' },
  decimal: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: 16,
    converted_type: 'DECIMAL',
    precision: DECIMAL_PRECISION,
    scale: DECIMAL_SCALE,
    logical_type: { type: 'DECIMAL', precision: DECIMAL_PRECISION, scale: DECIMAL_SCALE },
  },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  count: { type: 'INT64' },
}

const schemaOf = (columns: readonly LakeColumn[]): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.map(
    ({ name, type, required }): SchemaElement => ({
      name,
      ...ELEMENTS[type],
      repetition_type: required ? 'REQUIRED' : 'OPTIONAL',
    }),
  ),
]

/** The file of a batch. It has the columns of lake-columns.ts; those of the partition are in the names of folders. */
export function parquetFile(batch: LakeBatch): Uint8Array {
  const columns = lakeColumns(batch.table)
  const columnData = columns.map(({ name, type }, i) => {
    const data = Array.from({ length: batch.rows }, (_, row) => stored(type, batch.columns[i].valueAt(row)))
    return { name, data }
  })
  return new Uint8Array(parquetWriteBuffer({ schema: schemaOf(columns), columnData }))
}

function stored(type: LakeType, value: LakeValue): unknown {
  if (value === null) return null
  if (type === 'count' || type === 'time') return BigInt(value as number)
  return type === 'decimal' ? unscaled(value as string) : value
}

/** `1.5` is 1500000000000. */
function unscaled(decimal: string): bigint {
  const [whole, places = ''] = decimal.split('.')
  return BigInt(whole + places.padEnd(DECIMAL_SCALE, '0'))
}
