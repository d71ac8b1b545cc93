/** A batch of rows as a Parquet file. The columns encode their pages; the footer is hyparquet-writer's. */

import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import type { LakeBatch } from './lake-batch.ts'
import {
  DECIMAL_PRECISION,
  DECIMAL_SCALE,
  LAKE_TABLES,
  type LakeTable,
  type LakeType,
  lakeColumns,
} from './lake-columns.ts'
import { ByteBuffer } from './parquet/byte-buffer.ts'
import { ColumnChunk, type FileMetaData, type SchemaElement } from './parquet/column-chunk.ts'
import { DECIMAL_BYTES } from './parquet/packed-decimals.ts'

/** Rows of one group: a reader may give each group to another thread, and can leave out those whose bounds do not fit. */
const GROUP_ROWS_MAX = 131_072

const MAGIC = new TextEncoder().encode('PAR1')

/** How each type is stored. */
const ELEMENTS: Readonly<Record<LakeType, Partial<SchemaElement>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  flag: { type: 'BOOLEAN' },
  decimal: {
    type: 'FIXED_LEN_BYTE_ARRAY',
    type_length: DECIMAL_BYTES,
    converted_type: 'DECIMAL',
    precision: DECIMAL_PRECISION,
    scale: DECIMAL_SCALE,
    logical_type: { type: 'DECIMAL', precision: DECIMAL_PRECISION, scale: DECIMAL_SCALE },
  },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  count: { type: 'INT64' },
}

const elementsOf = (table: LakeTable): SchemaElement[] =>
  lakeColumns(table).map(({ name, type, required }) => ({
    name,
    ...ELEMENTS[type],
    repetition_type: required ? 'REQUIRED' : 'OPTIONAL',
  }))

const SCHEMAS = new Map(LAKE_TABLES.map((table) => [table, elementsOf(table)]))

const file = new ByteBuffer()

/**
 * The file of a batch, which may grow further afterwards. It has the columns of lake-columns.ts; those of the partition
 * are in the names of folders.
 */
export function parquetFile(batch: LakeBatch): Uint8Array {
  const elements = SCHEMAS.get(batch.table) as SchemaElement[]
  file.clear()
  file.append(MAGIC)
  const row_groups: FileMetaData['row_groups'] = []
  for (let from = 0; from < batch.rows; from += GROUP_ROWS_MAX) {
    row_groups.push(writeGroup(batch, elements, from, Math.min(from + GROUP_ROWS_MAX, batch.rows)))
  }
  const footer = new ByteWriter()
  writeMetadata(footer, {
    version: 2,
    created_by: 'bidding-exchange',
    schema: [{ name: 'root', num_children: elements.length }, ...elements],
    num_rows: BigInt(batch.rows),
    row_groups,
    metadata_length: 0,
  })
  file.append(footer.getBytes())
  file.append(MAGIC)
  return file.written().slice()
}

function writeGroup(batch: LakeBatch, elements: readonly SchemaElement[], from: number, to: number) {
  const columns = batch.columns.map((column, i) => {
    const chunk = new ColumnChunk(file, elements[i])
    return chunk.finish(column.write(chunk, from, to))
  })
  const sizes = columns.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n)
  return { columns, total_byte_size: sizes.reduce((sum, size) => sum + size, 0n), num_rows: BigInt(to - from) }
}
