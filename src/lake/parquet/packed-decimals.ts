/**
 * Decimals as Parquet stores them, compressed: 16 bytes each, big-endian, of which the first ten or so are zero. The
 * bytes are in the form of Snappy (https://github.com/google/snappy/blob/main/format_description.txt), but nothing is
 * searched: what a value begins with is copied from the value before it.
 */

import type { ByteBuffer } from './byte-buffer.ts'

export const DECIMAL_BYTES = 16
/** A copy by Snappy of 4 to 11 bytes takes two bytes, a longer one three. A literal takes one byte more than it has. */
const COPY_MIN = 4
const SHORT_COPY_MAX = 11
const VALUE_BYTES_MAX = 1 + DECIMAL_BYTES

const LIMB = 2 ** 24
const POWERS_OF_TEN = Array.from({ length: 13 }, (_, i) => 10 ** i)

/** Collects decimals. */
export class PackedDecimals {
  count = 0
  private readonly out: ByteBuffer
  private value = new Uint8Array(DECIMAL_BYTES)
  private before = new Uint8Array(DECIMAL_BYTES)

  /** Of `count` decimals, into `out`. */
  constructor(out: ByteBuffer, count: number) {
    this.out = out
    out.appendVarint(count * DECIMAL_BYTES)
    out.reserve(count * VALUE_BYTES_MAX)
  }

  /** Adds `units` × 10^`zeros`: a whole number from 0 to 2^53, and 0 … 12. */
  add(units: number, zeros: number): void {
    const { value, before } = this
    writeProduct(value, units, POWERS_OF_TEN[zeros])
    let same = 0
    if (this.count > 0) while (same < DECIMAL_BYTES && value[same] === before[same]) same++
    if (same < COPY_MIN) same = 0
    const { bytes } = this.out
    let { at } = this.out
    if (same > SHORT_COPY_MAX) {
      bytes[at++] = 2 | ((same - 1) << 2)
      bytes[at++] = DECIMAL_BYTES
      bytes[at++] = 0
    } else if (same > 0) {
      bytes[at++] = 1 | ((same - COPY_MIN) << 2)
      bytes[at++] = DECIMAL_BYTES
    }
    if (same < DECIMAL_BYTES) {
      bytes[at++] = (DECIMAL_BYTES - same - 1) << 2
      for (let i = same; i < DECIMAL_BYTES; i++) bytes[at++] = value[i]
    }
    this.out.at = at
    this.value = before
    this.before = value
    this.count++
  }
}

/** Writes a × b, big-endian, by limbs of 24 bits: a < 2^53 has three and b < 2^40 two, so each sum is below 2^50. */
function writeProduct(to: Uint8Array, a: number, b: number): void {
  const a12 = aboveLimb(a)
  const a0 = a - a12 * LIMB
  const a2 = aboveLimb(a12)
  const a1 = a12 - a2 * LIMB
  const b1 = aboveLimb(b)
  const b0 = b - b1 * LIMB
  const r0 = a0 * b0
  const c0 = aboveLimb(r0)
  const r1 = a0 * b1 + a1 * b0 + c0
  const c1 = aboveLimb(r1)
  const r2 = a1 * b1 + a2 * b0 + c1
  const c2 = aboveLimb(r2)
  writeLimb(to, 13, r0 - c0 * LIMB)
  writeLimb(to, 10, r1 - c1 * LIMB)
  writeLimb(to, 7, r2 - c2 * LIMB)
  writeLimb(to, 4, a2 * b1 + c2)
}

/** What is left without the lowest limb. A remainder of doubles takes ten times as long. */
const aboveLimb = (value: number): number => Math.floor(value / LIMB)

function writeLimb(to: Uint8Array, at: number, limb: number): void {
  to[at] = limb >>> 16
  to[at + 1] = limb >>> 8
  to[at + 2] = limb
}
