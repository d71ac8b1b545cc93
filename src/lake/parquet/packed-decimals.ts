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

/** Collects decimals. Each is below 2^93, so of its four words of 32 bits the first is always 0. */
export class PackedDecimals {
  private readonly out: ByteBuffer
  /** The words of the value before. */
  private high = 0
  private middle = 0
  private low = 0
  private first = true

  /** Of `count` decimals, into `out`. */
  constructor(out: ByteBuffer, count: number) {
    this.out = out
    out.appendVarint(count * DECIMAL_BYTES)
    out.reserve(count * VALUE_BYTES_MAX)
  }

  /**
   * Adds `units` × 10^`zeros`: a whole number from 0 to 2^53, and 0 … 12. The product is computed by limbs of 24 bits.
   * The units have three and the power of ten has two, so each sum is below 2^50.
   */
  add(units: number, zeros: number): void {
    const power = POWERS_OF_TEN[zeros]
    const a12 = aboveLimb(units)
    const a0 = units - a12 * LIMB
    const a2 = aboveLimb(a12)
    const a1 = a12 - a2 * LIMB
    const b1 = aboveLimb(power)
    const b0 = power - b1 * LIMB
    const r0 = a0 * b0
    const c0 = aboveLimb(r0)
    const r1 = a0 * b1 + a1 * b0 + c0
    const c1 = aboveLimb(r1)
    const r2 = a1 * b1 + a2 * b0 + c1
    const c2 = aboveLimb(r2)
    const l1 = r1 - c1 * LIMB
    const l2 = r2 - c2 * LIMB
    this.append(((a2 * b1 + c2) << 8) | (l2 >>> 16), (l2 << 16) | (l1 >>> 8), (l1 << 24) | (r0 - c0 * LIMB))
  }

  private append(high: number, middle: number, low: number): void {
    const same = this.first ? 0 : this.sharedBytes(high, middle, low)
    this.first = false
    this.high = high
    this.middle = middle
    this.low = low
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
    if (same < DECIMAL_BYTES) bytes[at++] = (DECIMAL_BYTES - same - 1) << 2
    for (let i = same; i < DECIMAL_BYTES; i++) {
      const word = i < 4 ? 0 : i < 8 ? high : i < 12 ? middle : low
      bytes[at++] = word >>> (24 - ((i & 3) << 3))
    }
    this.out.at = at
  }

  /** What the value begins with as the one before does: at least the first word. */
  private sharedBytes(high: number, middle: number, low: number): number {
    if (high !== this.high) return 4 + (Math.clz32(high ^ this.high) >>> 3)
    if (middle !== this.middle) return 8 + (Math.clz32(middle ^ this.middle) >>> 3)
    return 12 + (Math.clz32(low ^ this.low) >>> 3)
  }
}

/** What is left without the lowest limb. A remainder of doubles takes ten times as long. */
const aboveLimb = (value: number): number => Math.floor(value / LIMB)
