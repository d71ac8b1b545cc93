/** A column of booleans. */

import type { LakeValue } from '../lake-batch.ts'
import { packBits } from '../parquet/bit-packing.ts'
import { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'

const FALSE = 1
const TRUE = 2

const page = new ByteBuffer()
let bits = new Int32Array(0)
let present = new Int32Array(0)

export class FlagColumn implements Column {
  /** By row; 0: NULL. */
  private codes = new Uint8Array(ROWS_AT_FIRST)

  get memory(): number {
    return this.codes.byteLength
  }

  reserve(rows: number): void {
    if (rows > this.codes.length) this.codes = grown(this.codes, new Uint8Array(rows))
  }

  set(row: number, value: boolean): void {
    this.codes[row] = value ? TRUE : FALSE
  }

  valueAt(row: number): LakeValue {
    const code = this.codes[row]
    return code === 0 ? null : code === TRUE
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const rows = to - from
    if (bits.length < rows) {
      bits = new Int32Array(rows)
      present = new Int32Array(rows)
    }
    let count = 0
    for (let row = from; row < to; row++) {
      const code = this.codes[row]
      present[row - from] = code === 0 ? 0 : 1
      if (code !== 0) bits[count++] = code - 1
    }
    if (count === 0) {
      chunk.allNull(rows)
      return undefined
    }
    page.clear()
    packBits(page, bits, 0, count, Math.ceil(count / 8) * 8, 1)
    chunk.data('PLAIN', { bytes: page.written() }, rows, rows - count, present)
    return undefined
  }
}
