/**
 * A column of exact decimals: whole units of a step, and the number of zeros that make them units of the column's 12th
 * decimal place. Distinct values are in a dictionary, unless there are too many of them.
 */

import { invariant } from '../../protocol/assert.ts'
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
/** The distinct values, and a table of their places by hash, each plus 1. */
let distinctUnits = new Float64Array(0)
let distinctDecimals = new Uint8Array(0)
let table = new Int32Array(0)
const TABLE_AT_FIRST = 1_024
/** A number, and the same bits as integers. */
const hashed = new Float64Array(1)
const hashedHalves = new Int32Array(hashed.buffer)

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
    const units = count * step.multiple
    invariant(units <= Number.MAX_SAFE_INTEGER, 'a price or quantity is a whole number of units up to 2^53 - 1')
    this.units[row] = units
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
    const { units, decimals } = this
    const rows = to - from
    if (places.length < rows) {
      places = new Int32Array(rows)
      present = new Int32Array(rows)
      distinctUnits = new Float64Array(rows)
      distinctDecimals = new Uint8Array(rows)
    }
    const { values, distinct } = this.findDistinct(from, to)
    page.clear()
    if (values === 0) chunk.allNull(rows)
    else if (distinct <= values * DISTINCT_MAX) {
      const packed = new PackedDecimals(page, distinct)
      for (let i = 0; i < distinct; i++) packed.add(distinctUnits[i], STEP_DECIMALS_MAX + 1 - distinctDecimals[i])
      chunk.dictionary({ bytes: page.written(), uncompressed: distinct * DECIMAL_BYTES }, distinct)
      writePlaces(chunk, places, values, distinct, rows, present)
    } else {
      const packed = new PackedDecimals(page, values)
      for (let row = from; row < to; row++) {
        if (decimals[row] !== 0) packed.add(units[row], STEP_DECIMALS_MAX + 1 - decimals[row])
      }
      const whole = { bytes: page.written(), uncompressed: values * DECIMAL_BYTES }
      chunk.data('PLAIN', whole, rows, rows - values, present)
    }
    return undefined
  }

  /** Numbers the distinct values; the same decimal with steps of different sizes may count twice. */
  private findDistinct(from: number, to: number): { values: number; distinct: number } {
    const { units, decimals } = this
    let mask = TABLE_AT_FIRST - 1
    clearTable(mask + 1)
    let values = 0
    let distinct = 0
    for (let row = from; row < to; row++) {
      const scale = decimals[row]
      present[row - from] = scale === 0 ? 0 : 1
      if (scale === 0) continue
      const value = units[row]
      let at = hashOf(value) & mask
      let place = table[at]
      while (place !== 0 && (distinctUnits[place - 1] !== value || distinctDecimals[place - 1] !== scale)) {
        at = (at + 1) & mask
        place = table[at]
      }
      if (place === 0) {
        distinctUnits[distinct] = value
        distinctDecimals[distinct++] = scale
        place = distinct
        table[at] = place
        if (distinct * 2 > mask) mask = enlargeTable(mask, distinct)
      }
      places[values++] = place - 1
    }
    return { values, distinct }
  }
}

function hashOf(units: number): number {
  hashed[0] = units
  const bits = Math.imul(hashedHalves[0] ^ Math.imul(hashedHalves[1], 0x85ebca6b), 0x9e3779b1)
  return bits ^ (bits >>> 16)
}

function clearTable(size: number): void {
  if (table.length < size) table = new Int32Array(size)
  table.fill(0, 0, size)
}

/** A small table stays in the cache of the processor, so it grows with the distinct values. Returns the new mask. */
function enlargeTable(mask: number, distinct: number): number {
  const larger = mask * 4 + 3
  clearTable(larger + 1)
  for (let place = 1; place <= distinct; place++) {
    let at = hashOf(distinctUnits[place - 1]) & larger
    while (table[at] !== 0) at = (at + 1) & larger
    table[at] = place
  }
  return larger
}
