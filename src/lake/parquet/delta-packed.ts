/**
 * DELTA_BINARY_PACKED: the differences between successive whole numbers, in blocks of 128 with four groups of 32, each
 * with as many bits as its largest difference needs above the smallest one of the block.
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 */

import { bitsOf, packBits } from './bit-packing.ts'
import type { ByteBuffer } from './byte-buffer.ts'

const BLOCK = 128
const GROUPS = 4
const GROUP = BLOCK / GROUPS

const deltas = new Float64Array(BLOCK)

/** Numbers up to here have differences, and differences of differences, that a double represents exactly. */
export const DELTA_VALUE_MAX = 2 ** 50

/** Writes values[0] … values[count - 1], each from 0 to {@link DELTA_VALUE_MAX}. */
export function writeDeltas(out: ByteBuffer, values: Int32Array | Float64Array, count: number): void {
  out.appendVarint(BLOCK)
  out.appendVarint(GROUPS)
  out.appendVarint(count)
  out.appendZigzag(count === 0 ? 0 : values[0])
  for (let from = 1; from < count; from += BLOCK) writeBlock(out, values, from, Math.min(from + BLOCK, count))
}

function writeBlock(out: ByteBuffer, values: Int32Array | Float64Array, from: number, to: number): void {
  const count = to - from
  let least = Number.POSITIVE_INFINITY
  let before = values[from - 1]
  for (let i = 0; i < count; i++) {
    const value = values[from + i]
    const delta = value - before
    deltas[i] = delta
    if (delta < least) least = delta
    before = value
  }
  out.appendZigzag(least)
  out.reserve(GROUPS)
  const widthsAt = out.at
  out.at += GROUPS
  for (let group = 0; group < GROUPS; group++) {
    const start = group * GROUP
    const end = Math.min(start + GROUP, count)
    let most = 0
    for (let i = start; i < end; i++) {
      const above = deltas[i] - least
      deltas[i] = above
      if (above > most) most = above
    }
    // A group without values has no bytes.
    const bits = bitsOf(most)
    out.bytes[widthsAt + group] = bits
    if (start < end) packBits(out, deltas, start, end, GROUP, bits)
  }
}
