/**
 * A column of exact decimals: whole units of a step, and the number of zeros that make them units of the column's 12th
 * decimal place. Distinct values are in a dictionary, unless there are too many of them.
 */

import { STEP_DECIMALS_MAX } from '../../protocol/limits.ts'
import { formatSteps, formatStepsShort, type Step } from '../../protocol/units.ts'
import type { LakeValue } from '../lake-batch.ts'
import { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { DECIMAL_BYTES, PackedDecimals } from '../parquet/packed-decimals.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'
import { writePlaces } from './dictionary-page.ts'

/** Distinct values for each value above which a dictionary is longer than the values themselves. */
const DISTINCT_MAX = 0.7

const page = new ByteBuffer()
let places = new Int32Array(0)
let present = new Int32Array(0)
/** Rows of the distinct values, and a table of their places by hash, each plus 1. */
let firstRows = new Int32Array(0)
let table = new Int32Array(0)

export class DecimalColumn implements Column {
  /** By row: count × multiple of the step, a whole number up to 2^53. */
  private units = new Float64Array(ROWS_AT_FIRST)
  /** By row: decimals of the step plus 1; 0: NULL. */
  private decimals = new Uint8Array(ROWS_AT_FIRST)
  /** Whether text has all decimals of the step. */
  private readonly full: boolean

  constructor(full: boolean) {
    this.full = full
  }

  get memory(): number {
    return this.units.byteLength + this.decimals.byteLength
  }

  /** A count of steps. */
  set(row: number, count: number, step: Step): void {
    this.units[row] = count * step.multiple
    this.decimals[row] = step.decimals + 1
  }

  reserve(rows: number): void {
    if (rows <= this.units.length) return
    this.units = grown(this.units, new Float64Array(rows))
    this.decimals = grown(this.decimals, new Uint8Array(rows))
  }

  valueAt(row: number): LakeValue {
    const decimals = this.decimals[row]
    if (decimals === 0) return null
    const step = { decimals: decimals - 1, multiple: 1 }
    return this.full ? formatSteps(this.units[row], step) : formatStepsShort(this.units[row], step)
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const rows = to - from
    if (places.length < rows) {
      places = new Int32Array(rows)
      present = new Int32Array(rows)
      firstRows = new Int32Array(rows)
    }
    const { values, distinct } = this.findDistinct(from, to)
    page.clear()
    if (distinct <= values * DISTINCT_MAX || values === 0) {
      const packed = new PackedDecimals(page, distinct)
      for (let i = 0; i < distinct; i++) this.pack(packed, firstRows[i])
      chunk.dictionary({ bytes: page.written(), uncompressed: distinct * DECIMAL_BYTES }, distinct)
      writePlaces(chunk, places, values, distinct, rows, present)
    } else {
      const packed = new PackedDecimals(page, values)
      for (let row = from; row < to; row++) if (this.decimals[row] !== 0) this.pack(packed, row)
      const whole = { bytes: page.written(), uncompressed: values * DECIMAL_BYTES }
      chunk.data('PLAIN', whole, rows, rows - values, present)
    }
    return undefined
  }

  private pack(packed: PackedDecimals, row: number): void {
    packed.add(this.units[row], STEP_DECIMALS_MAX + 1 - this.decimals[row])
  }

  /** Numbers the distinct values; the same decimal with steps of different sizes may count twice. */
  private findDistinct(from: number, to: number): { values: number; distinct: number } {
    const { units, decimals } = this
    const halves = new Int32Array(units.buffer)
    const size = 2 ** Math.ceil(Math.log2((to - from) * 2 + 2))
    if (table.length < size) table = new Int32Array(size)
    table.fill(0, 0, size)
    const mask = size - 1
    let values = 0
    let distinct = 0
    for (let row = from; row < to; row++) {
      if (decimals[row] === 0) {
        present[row - from] = 0
        continue
      }
      present[row - from] = 1
      let hash = Math.imul(halves[row * 2] ^ Math.imul(halves[row * 2 + 1], 0x85ebca6b), 0x9e3779b1)
      hash ^= hash >>> 16
      let at = hash & mask
      let place = table[at]
      while (place !== 0) {
        const first = firstRows[place - 1]
        if (units[first] === units[row] && decimals[first] === decimals[row]) break
        at = (at + 1) & mask
        place = table[at]
      }
      if (place === 0) {
        firstRows[distinct++] = row
        place = distinct
        table[at] = place
      }
      places[values++] = place - 1
    }
    return { values, distinct }
  }
}
