/** A column of names that repeat, such as accounts: the number of each name in a table. */

import type { LakeValue } from '../lake-batch.ts'
import type { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'
import { writeCodes } from './dictionary-page.ts'
import { NameTable } from './name-table.ts'

const fromUtf8 = new TextDecoder()

export class NameColumn implements Column {
  /** By row: the number of the name; 0: NULL. */
  codes = new Int32Array(ROWS_AT_FIRST)
  private readonly names: NameTable

  /** `names`: a table that other columns use too. */
  constructor(names = new NameTable()) {
    this.names = names
  }

  get memory(): number {
    return this.codes.byteLength + this.names.memory
  }

  /** Adds the name that is after its length at `at`. */
  add(row: number, view: DataView, at: number): void {
    this.codes[row] = this.names.numberOf(view, at + 1, at + 1 + view.getUint8(at))
  }

  /** Writes the name of a row so that it ends before `end`. Returns where it begins. */
  writeName(row: number, to: Uint8Array, end: number): number {
    const code = this.codes[row]
    const { bytes, ends } = this.names
    let at = end
    for (let i = ends[code] - 1; i >= ends[code - 1]; i--) to[--at] = bytes[i]
    return at
  }

  reserve(rows: number): void {
    if (rows > this.codes.length) this.codes = grown(this.codes, new Int32Array(rows))
  }

  valueAt(row: number): LakeValue {
    const code = this.codes[row]
    const { bytes, ends } = this.names
    return code === 0 ? null : fromUtf8.decode(bytes.subarray(ends[code - 1], ends[code]))
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const { bytes, ends, count } = this.names
    const append = (page: ByteBuffer, code: number) => {
      page.appendUint32(ends[code] - ends[code - 1])
      page.append(bytes.subarray(ends[code - 1], ends[code]))
    }
    writeCodes(chunk, this.codes, from, to, count + 1, append)
    return undefined
  }
}
