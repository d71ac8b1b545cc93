/** A dictionary page of texts, and the places of a column's values in it. */

import { bitsOf } from '../parquet/bit-packing.ts'
import { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { ColumnChunk } from '../parquet/column-chunk.ts'
import { writeRun, writeRuns } from '../parquet/hybrid-runs.ts'

/** Appends a text after its length, as a plain page has it. */
export type AppendText = (page: ByteBuffer, code: number) => void

const page = new ByteBuffer()
let places = new Int32Array(0)
let present = new Int32Array(0)
let placeOfCode = new Int32Array(0)

/**
 * Writes codes[from] … codes[to - 1]: 0 is NULL, others are below `codeCount`. The dictionary has only the codes that
 * occur, in the order in which they occur first.
 */
export function writeCodes(
  chunk: ColumnChunk,
  codes: Int32Array,
  from: number,
  to: number,
  codeCount: number,
  append: AppendText,
): void {
  const rows = to - from
  const first = codes[from]
  let same = from + 1
  while (same < to && codes[same] === first) same++
  if (same === to) {
    writeConstant(chunk, first, rows, append)
    return
  }
  if (places.length < rows) {
    places = new Int32Array(rows)
    present = new Int32Array(rows)
  }
  if (placeOfCode.length < codeCount) placeOfCode = new Int32Array(codeCount)
  placeOfCode.fill(-1, 0, codeCount)
  page.clear()
  let distinct = 0
  let values = 0
  for (let row = 0; row < rows; row++) {
    const code = codes[from + row]
    if (code === 0) {
      present[row] = 0
      continue
    }
    present[row] = 1
    let place = placeOfCode[code]
    if (place < 0) {
      place = distinct++
      placeOfCode[code] = place
      append(page, code)
    }
    places[values++] = place
  }
  chunk.dictionary({ bytes: page.written() }, distinct)
  writePlaces(chunk, places, values, distinct, rows, present)
}

/** Writes rows that all have the same value, or all are NULL. */
function writeConstant(chunk: ColumnChunk, code: number, rows: number, append: AppendText): void {
  page.clear()
  if (code === 0) {
    chunk.allNull(rows)
    return
  }
  append(page, code)
  chunk.dictionary({ bytes: page.written() }, 1)
  page.clear()
  page.appendByte(1)
  writeRun(page, 0, rows, 1)
  chunk.data('RLE_DICTIONARY', { bytes: page.written() }, rows, 0)
}

/** Writes the data page of a column with a dictionary: the place of each value that is not NULL. */
export function writePlaces(
  chunk: ColumnChunk,
  places: Int32Array,
  values: number,
  distinct: number,
  rows: number,
  present: Int32Array,
): void {
  const bits = Math.max(1, bitsOf(distinct - 1))
  page.clear()
  page.appendByte(bits)
  writeRuns(page, places, values, bits)
  chunk.data('RLE_DICTIONARY', { bytes: page.written() }, rows, rows - values, present)
}
