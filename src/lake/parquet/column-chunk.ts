/**
 * One column of a row group: at most a dictionary page, then a data page of version 2. The pages are encoded by the
 * columns themselves (src/lake/columns); headers and the description of the chunk are hyparquet-writer's.
 */

import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import type { writeMetadata } from 'hyparquet-writer/src/metadata.js'
import { ByteBuffer } from './byte-buffer.ts'
import { writeRun, writeRuns } from './hybrid-runs.ts'

export type FileMetaData = Parameters<typeof writeMetadata>[1]
export type SchemaElement = FileMetaData['schema'][number]
export type ColumnChunkData = FileMetaData['row_groups'][number]['columns'][number]
type ChunkMetaData = NonNullable<ColumnChunkData['meta_data']>
export type Encoding = ChunkMetaData['encodings'][number]
export type Bounds = Pick<NonNullable<ChunkMetaData['statistics']>, 'min_value' | 'max_value'>

/** A page, and how many bytes it has before Snappy; undefined: it is not compressed. */
export interface Page {
  readonly bytes: Uint8Array
  readonly uncompressed?: number
}

const NO_BYTES = new Uint8Array(0)

const levels = new ByteBuffer()

export class ColumnChunk {
  private readonly file: ByteBuffer
  private readonly element: SchemaElement
  private readonly start: number
  private dictionaryAt: number | undefined
  private dataAt = 0
  private readonly encodings: Encoding[] = []
  private uncompressed = 0
  private compressed = false
  private rows = 0
  private nulls = 0

  /** Appends to `file`, which has the file from its first byte. */
  constructor(file: ByteBuffer, element: SchemaElement) {
    this.file = file
    this.element = element
    this.start = file.at
  }

  dictionary(page: Page, count: number): void {
    const { bytes, uncompressed = bytes.length } = page
    this.dictionaryAt = this.file.at
    this.compressed ||= page.uncompressed !== undefined
    this.encodings.push('PLAIN')
    this.header({
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: uncompressed,
      compressed_page_size: bytes.length,
      dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
    })
    this.file.append(bytes)
    this.uncompressed += uncompressed
  }

  /**
   * The values of `rows` rows, `nulls` of which are NULL and have no bytes. `present` has 1 for each row with a value,
   * else 0; it is needed only if some rows are NULL and others not.
   */
  data(encoding: Encoding, page: Page, rows: number, nulls: number, present?: Int32Array): void {
    const { bytes, uncompressed } = page
    levels.clear()
    if (this.element.repetition_type === 'OPTIONAL') {
      if (nulls === 0 || nulls === rows) writeRun(levels, nulls === 0 ? 1 : 0, rows, 1)
      else writeRuns(levels, present as Int32Array, rows, 1)
    }
    this.dataAt = this.file.at
    this.compressed ||= uncompressed !== undefined
    this.encodings.push(encoding)
    this.header({
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.at + (uncompressed ?? bytes.length),
      compressed_page_size: levels.at + bytes.length,
      data_page_header_v2: {
        num_values: rows,
        num_nulls: nulls,
        num_rows: rows,
        encoding,
        definition_levels_byte_length: levels.at,
        repetition_levels_byte_length: 0,
        is_compressed: uncompressed !== undefined,
      },
    })
    this.file.append(levels.written())
    this.file.append(bytes)
    this.uncompressed += levels.at + (uncompressed ?? bytes.length)
    this.rows = rows
    this.nulls = nulls
  }

  /** Rows without any value. */
  allNull(rows: number): void {
    this.data('PLAIN', { bytes: NO_BYTES }, rows, rows)
  }

  /** The description of the chunk, with the bounds of its values where a reader can use them. */
  finish(bounds: Bounds | undefined): ColumnChunkData {
    return {
      file_offset: BigInt(this.start),
      meta_data: {
        type: this.element.type as ChunkMetaData['type'],
        encodings: this.encodings,
        path_in_schema: [this.element.name],
        codec: this.compressed ? 'SNAPPY' : 'UNCOMPRESSED',
        num_values: BigInt(this.rows),
        total_uncompressed_size: BigInt(this.uncompressed),
        total_compressed_size: BigInt(this.file.at - this.start),
        data_page_offset: BigInt(this.dataAt),
        ...(this.dictionaryAt !== undefined && { dictionary_page_offset: BigInt(this.dictionaryAt) }),
        statistics: { null_count: BigInt(this.nulls), ...bounds },
      },
    }
  }

  private header(header: Parameters<typeof writePageHeader>[1]): void {
    const writer = new ByteWriter(64)
    writePageHeader(writer, header)
    this.file.append(writer.getBytes())
    this.uncompressed += writer.offset
  }
}
