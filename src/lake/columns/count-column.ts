/** A column of whole numbers from 0, or of times in milliseconds since 1970. */

import type { LakeValue } from '../lake-batch.ts'
import { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { DELTA_VALUE_MAX, writeDeltas } from '../parquet/delta-packed.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'

const page = new ByteBuffer()
let values = new Float64Array(0)
let present = new Int32Array(0)

export class CountColumn implements Column {
  /** By row: the number plus 1; 0: NULL. */
  private next = new Float64Array(ROWS_AT_FIRST)

  get memory(): number {
    return this.next.byteLength
  }

  reserve(rows: number): void {
    if (rows > this.next.length) this.next = grown(this.next, new Float64Array(rows))
  }

  set(row: number, value: number): void {
    this.next[row] = value + 1
  }

  valueAt(row: number): LakeValue {
    const next = this.next[row]
    return next === 0 ? null : next - 1
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const rows = to - from
    if (values.length < rows) {
      values = new Float64Array(rows)
      present = new Int32Array(rows)
    }
    let count = 0
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    for (let row = from; row < to; row++) {
      const next = this.next[row]
      present[row - from] = next === 0 ? 0 : 1
      if (next === 0) continue
      const value = next - 1
      values[count++] = value
      if (value < min) min = value
      if (value > max) max = value
    }
    if (count === 0) {
      chunk.allNull(rows)
      return undefined
    }
    page.clear()
    const small = max <= DELTA_VALUE_MAX
    if (small) writeDeltas(page, values, count)
    else writePlain(count)
    chunk.data(small ? 'DELTA_BINARY_PACKED' : 'PLAIN', { bytes: page.written() }, rows, rows - count, present)
    return { min_value: BigInt(min), max_value: BigInt(max) }
  }
}

function writePlain(count: number): void {
  for (let i = 0; i < count; i++) {
    page.appendUint32(values[i] % 2 ** 32)
    page.appendUint32(Math.floor(values[i] / 2 ** 32))
  }
}
