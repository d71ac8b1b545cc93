/**
 * Parquet's hybrid of runs and packed bits, for the levels of NULL and for places in a dictionary: a value that repeats
 * is written once, other values are packed in groups of eight.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */

import { packBits } from './bit-packing.ts'
import type { ByteBuffer } from './byte-buffer.ts'

const GROUP = 8

/** Writes values[0] … values[count - 1], each of `bits` bits, at least one. */
export function writeRuns(out: ByteBuffer, values: Int32Array, count: number, bits: number): void {
  let packedFrom = 0
  let at = 0
  while (at < count) {
    const value = values[at]
    let end = at + 1
    while (end < count && values[end] === value) end++
    if (end - at < GROUP) {
      at += GROUP
      continue
    }
    writeGroups(out, values, packedFrom, at, bits)
    writeRun(out, value, end - at, bits)
    at = end
    packedFrom = end
  }
  writeGroups(out, values, packedFrom, count, bits)
}

/** Writes a value that repeats. */
export function writeRun(out: ByteBuffer, value: number, count: number, bits: number): void {
  out.appendVarint(count * 2)
  for (let shift = 0; shift < bits; shift += 8) out.appendByte((value >>> shift) & 0xff)
}

function writeGroups(out: ByteBuffer, values: Int32Array, from: number, to: number, bits: number): void {
  if (from >= to) return
  const groups = Math.ceil((to - from) / GROUP)
  out.appendVarint(groups * 2 + 1)
  packBits(out, values, from, to, groups * GROUP, bits)
}
