/**
 * A column of texts that seldom repeat, such as order ids. They are stored one behind the other. In a file they are
 * DELTA_BYTE_ARRAY, so that a text has only what differs from the text before it, or DELTA_LENGTH_BYTE_ARRAY if the
 * texts have nothing in common at their begin.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTABYTEARRAY
 */

import type { LakeValue } from '../lake-batch.ts'
import { ByteBuffer } from '../parquet/byte-buffer.ts'
import type { Bounds, ColumnChunk } from '../parquet/column-chunk.ts'
import { writeDeltas } from '../parquet/delta-packed.ts'
import { type Column, grown, ROWS_AT_FIRST } from './column.ts'

const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder()

/** Texts that are compared before a column is written, and the bytes that they must share on average. */
const SAMPLE = 256
const SHARED_MIN = 2

const page = new ByteBuffer()
let prefixes = new Int32Array(0)
let lengths = new Int32Array(0)
let present = new Int32Array(0)

export class TextColumn implements Column {
  private bytes = new Uint8Array(ROWS_AT_FIRST * 8)
  private length = 0
  /** Where the text of a row ends. A text of no bytes is NULL. */
  private ends = new Int32Array(ROWS_AT_FIRST + 1)
  /** Rows whose end is known. Rows behind them are NULL. */
  private filled = 0

  get memory(): number {
    return this.bytes.length + this.ends.byteLength
  }

  reserve(rows: number): void {
    if (rows >= this.ends.length) this.ends = grown(this.ends, new Int32Array(rows + 1))
  }

  /** Adds the text that is after its length at `at`; no bytes: NULL. */
  add(row: number, bytes: Uint8Array, at: number): void {
    if (bytes[at] !== 0) this.addBytes(row, bytes, at + 1, at + 1 + bytes[at])
  }

  /** Adds the UTF-8 text bytes[from] … bytes[to - 1]. */
  addBytes(row: number, bytes: Uint8Array, from: number, to: number): void {
    const start = this.length
    const end = start + to - from
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(Math.max(end, this.bytes.length * 2)))
    const own = this.bytes
    for (let i = from, o = start; i < to; i++, o++) own[o] = bytes[i]
    this.fillTo(row)
    this.ends[row + 1] = end
    this.filled = row + 1
    this.length = end
  }

  addText(row: number, text: string): void {
    const bytes = utf8.encode(text)
    this.addBytes(row, bytes, 0, bytes.length)
  }

  valueAt(row: number): LakeValue {
    const { bytes, ends } = this
    const from = ends[row]
    if (row >= this.filled || ends[row + 1] === from) return null
    return fromUtf8.decode(bytes.subarray(from, ends[row + 1]))
  }

  write(chunk: ColumnChunk, from: number, to: number): Bounds | undefined {
    const rows = to - from
    this.fillTo(to)
    if (lengths.length < rows) {
      prefixes = new Int32Array(rows)
      lengths = new Int32Array(rows)
      present = new Int32Array(rows)
    }
    const values = this.measure(from, to)
    page.clear()
    const shares = this.shared(from, to) >= SHARED_MIN
    if (shares) this.writeDifferences(values, from)
    else {
      writeDeltas(page, lengths, values)
      page.append(this.bytes.subarray(this.ends[from], this.ends[to]))
    }
    const encoding = shares ? 'DELTA_BYTE_ARRAY' : 'DELTA_LENGTH_BYTE_ARRAY'
    chunk.data(encoding, { bytes: page.written() }, rows, rows - values, present)
    return undefined
  }

  /** The rows before `row` that were left out are NULL. */
  private fillTo(row: number): void {
    for (let i = this.filled; i < row; i++) this.ends[i + 1] = this.length
    if (this.filled < row) this.filled = row
  }

  /** Finds the lengths of the texts and which rows have one. Returns how many do. */
  private measure(from: number, to: number): number {
    const { ends } = this
    let values = 0
    for (let row = from; row < to; row++) {
      const length = ends[row + 1] - ends[row]
      present[row - from] = length === 0 ? 0 : 1
      if (length !== 0) lengths[values++] = length
    }
    return values
  }

  /** Bytes that texts of the first rows share with the text before, on average. */
  private shared(from: number, to: number): number {
    const { bytes, ends } = this
    const end = Math.min(to, from + SAMPLE)
    let shared = 0
    for (let row = from + 1; row < end; row++) {
      const before = ends[row - 1]
      const start = ends[row]
      const most = Math.min(start - before, ends[row + 1] - start)
      for (let i = 0; i < most && bytes[before + i] === bytes[start + i]; i++) shared++
    }
    return shared / Math.max(1, end - from - 1)
  }

  /** Of each text the length of what it shares with the one before, the length of the rest, and the rest. */
  private writeDifferences(values: number, from: number): void {
    const { bytes } = this
    let start = this.ends[from]
    let before = start
    let beforeLength = 0
    for (let i = 0; i < values; i++) {
      const length = lengths[i]
      const most = Math.min(length, beforeLength)
      let same = 0
      while (same < most && bytes[before + same] === bytes[start + same]) same++
      prefixes[i] = same
      lengths[i] = length - same
      before = start
      beforeLength = length
      start += length
    }
    writeDeltas(page, prefixes, values)
    writeDeltas(page, lengths, values)
    page.reserve(start - this.ends[from])
    const out = page.bytes
    let { at } = page
    let read = this.ends[from]
    for (let i = 0; i < values; i++) {
      read += prefixes[i]
      const end = read + lengths[i]
      while (read < end) out[at++] = bytes[read++]
    }
    page.at = at
  }
}
