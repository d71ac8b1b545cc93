/** Whole numbers of a fixed number of bits, lowest bit first, as Parquet packs them. */

import type { ByteBuffer } from './byte-buffer.ts'

/** Bits that fit a 32-bit word behind the 7 bits that may be left of the byte before. */
const NARROW_BITS = 25
const PIECE_BITS = 24
const PIECE = 2 ** PIECE_BITS

/** The number of bits that the numbers up to `max` need. */
export const bitsOf = (max: number): number => (max < 2 ** 31 ? 32 - Math.clz32(max) : Math.floor(Math.log2(max)) + 1)

/** Packs values[from] … values[to - 1], and zeros to a total of `count`, a multiple of 8. */
export function packBits(
  out: ByteBuffer,
  values: Int32Array | Float64Array,
  from: number,
  to: number,
  count: number,
  bits: number,
): void {
  if (bits === 0) return
  const length = (count * bits) / 8
  out.reserve(length)
  const end = out.at + length
  if (bits > NARROW_BITS) packWide(out, values, from, to, bits)
  else {
    const { bytes } = out
    let { at } = out
    let word = 0
    let used = 0
    for (let i = from; i < to; i++) {
      word |= values[i] << used
      used += bits
      while (used >= 8) {
        bytes[at++] = word
        word >>>= 8
        used -= 8
      }
    }
    if (used > 0) bytes[at++] = word
    out.at = at
  }
  out.bytes.fill(0, out.at, end)
  out.at = end
}

/** The same for up to 53 bits, which are more than an integer of the processor has in JavaScript. */
function packWide(out: ByteBuffer, values: Int32Array | Float64Array, from: number, to: number, bits: number): void {
  const { bytes } = out
  let { at } = out
  let word = 0
  let used = 0
  for (let i = from; i < to; i++) {
    let rest = values[i]
    for (let left = bits; left > 0; left -= PIECE_BITS) {
      const above = Math.floor(rest / PIECE)
      word |= (rest - above * PIECE) << used
      rest = above
      used += Math.min(left, PIECE_BITS)
      while (used >= 8) {
        bytes[at++] = word
        word >>>= 8
        used -= 8
      }
    }
  }
  if (used > 0) bytes[at++] = word
  out.at = at
}
