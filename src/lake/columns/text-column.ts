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
import { copyBytes, sharedBytes } from './copy-bytes.ts'

const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder()

/** Texts that are compared before a column is written, and the bytes that they must share on average. */
const SAMPLE = 256
const SHARED_MIN = 2

/** Bytes of a text for which there is room at first. */
const TEXT_BYTES = 8

const page = new ByteBuffer()
let prefixes = new Int32Array(0)
let lengths = new Int32Array(0)
let present = new Int32Array(0)

export class TextColumn implements Column {
  private bytes = new Uint8Array(ROWS_AT_FIRST * TEXT_BYTES)
  private view = new DataView(this.bytes.buffer)
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
  add(row: number, view: DataView, at: number): void {
    const length = view.getUint8(at)
    if (length !== 0) this.addBytes(row, view, at + 1, at + 1 + length)
  }

  /** Adds the UTF-8 text from[fromStart] … from[fromEnd - 1]. */
  addBytes(row: number, from: DataView, fromStart: number, fromEnd: number): void {
    const start = this.length
    const end = start + fromEnd - fromStart
    if (end > this.bytes.length) {
      this.bytes = grown(this.bytes, new Uint8Array(Math.max(end, this.bytes.length * 2)))
      this.view = new DataView(this.bytes.buffer)
    }
    copyBytes(this.view, start, from, fromStart, fromEnd)
    this.fillTo(row)
    this.ends[row + 1] = end
    this.filled = row + 1
    this.length = end
  }

  addText(row: number, text: string): void {
    const { buffer, byteOffset, byteLength } = utf8.encode(text)
    this.addBytes(row, new DataView(buffer, byteOffset, byteLength), 0, byteLength)
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
    if (values === 0) {
      chunk.allNull(rows)
      return undefined
    }
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
    const { view, ends } = this
    const end = Math.min(to, from + SAMPLE)
    let shared = 0
    for (let row = from + 1; row < end; row++) {
      const before = ends[row - 1]
      const start = ends[row]
      shared += sharedBytes(view, before, view, start, Math.min(start - before, ends[row + 1] - start))
    }
    return shared / Math.max(1, end - from - 1)
  }

  /** Of each text the length of what it shares with the one before, the length of the rest, and the rest. */
  private writeDifferences(values: number, from: number): void {
    const { bytes, view } = this
    let start = this.ends[from]
    let before = start
    let beforeLength = 0
    for (let i = 0; i < values; i++) {
      const length = lengths[i]
      const same = sharedBytes(view, before, view, start, Math.min(length, beforeLength))
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
