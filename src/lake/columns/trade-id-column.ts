/** SYMBOL-NUMBER, from the columns of the symbol and of the number. */

import type { LakeValue } from '../lake-batch.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import type { Column } from './column.ts'
import type { CountColumn } from './count-column.ts'
import type { NameColumn } from './name-column.ts'
import { TextColumn } from './text-column.ts'

const DASH = 45
const DIGIT_0 = 48
/** A symbol of 24 characters, a dash, and 16 digits. */
const ID_BYTES_MAX = 64

export class TradeIdColumn implements Column {
  readonly memory = 0
  private readonly symbols: NameColumn
  private readonly numbers: CountColumn

  constructor(symbols: NameColumn, numbers: CountColumn) {
    this.symbols = symbols
    this.numbers = numbers
  }

  reserve(): void {}

  valueAt(row: number): LakeValue {
    return `${this.symbols.valueAt(row)}-${this.numbers.valueAt(row)}`
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const ids = new TextColumn()
    const id = new Uint8Array(ID_BYTES_MAX)
    const view = new DataView(id.buffer)
    ids.reserve(to - from)
    for (let row = from; row < to; row++) ids.addBytes(row - from, view, this.writeId(id, row), ID_BYTES_MAX)
    return ids.write(chunk, 0, to - from)
  }

  /** Writes the id of a row to the end of `id`. Returns where it begins. */
  private writeId(id: Uint8Array, row: number): number {
    let at = ID_BYTES_MAX
    let rest = this.numbers.valueAt(row) as number
    do {
      const above = Math.floor(rest / 10)
      id[--at] = DIGIT_0 + (rest - above * 10)
      rest = above
    } while (rest > 0)
    id[--at] = DASH
    return this.symbols.writeName(row, id, at)
  }
}
