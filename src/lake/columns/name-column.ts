/** A column of names that repeat, such as accounts: the number of each name in a table. */

import type { LakeValue } from '../lake-batch.ts'
import type { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'
import { writeCodes } from './dictionary-page.ts'
import { NameTable } from './name-table.ts'

const NAMES_AT_FIRST = 64

const fromUtf8 = new TextDecoder()

export class NameColumn implements Column {
  /** By row: the number of the name; 0: NULL. */
  codes = new Int32Array(ROWS_AT_FIRST)
  private readonly names: NameTable
  /** The table of the names that were added last, and by its numbers their numbers here; 0: none yet. */
  private others: NameTable | undefined
  private ownNumbers = new Int32Array(NAMES_AT_FIRST)

  /** `names`: a table that other columns use too. */
  constructor(names = new NameTable()) {
    this.names = names
  }

  get memory(): number {
    return this.codes.byteLength + this.names.memory + this.ownNumbers.byteLength
  }

  /** Adds the name with a number in another table. A file has only the names of its own rows. */
  add(row: number, from: NameTable, number: number): void {
    if (from !== this.others || number >= this.ownNumbers.length) this.prepare(from, number)
    let own = this.ownNumbers[number]
    if (own === 0) {
      own = from.copyTo(this.names, number)
      this.ownNumbers[number] = own
    }
    this.codes[row] = own
  }

  private prepare(from: NameTable, number: number): void {
    if (from !== this.others) this.ownNumbers.fill(0)
    this.others = from
    if (number < this.ownNumbers.length) return
    this.ownNumbers = grown(this.ownNumbers, new Int32Array(Math.max(number + 1, this.ownNumbers.length * 2)))
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
