/**
 * Sums of lots that may be more than 2^53, in two parts: lots = upper × 2^26 + lower. Each part is exact: 2^24 orders
 * of 2^53 lots have an upper part of 2^51. Equal sums have equal parts, because the lower part is 0 … 2^26 − 1. While
 * sums are made, the parts are loose: the lower one may be larger, at most 2^24 × 2^26.
 */

/** What one unit of the upper part stands for. */
export const UPPER = 2 ** 26

/** The lots at each index, in two parts. An index beyond the end has none. */
export interface Sums {
  upper: Float64Array
  lower: Float64Array
}

export const sumsFor = (length: number): Sums => ({ upper: new Float64Array(length), lower: new Float64Array(length) })

/** The lots, with room for `index`; at most `length` are needed. */
function roomForLots(lots: Float64Array, index: number, length: number): Float64Array {
  if (index < lots.length) return lots
  const larger = new Float64Array(length)
  larger.set(lots)
  return larger
}

export const roomFor = (sums: Sums, index: number, length: number): Sums =>
  index < sums.upper.length
    ? sums
    : { upper: roomForLots(sums.upper, index, length), lower: roomForLots(sums.lower, index, length) }

/** Adds parts to a sum, whose own may be loose. The lower part is not negative. */
export function change({ upper: uppers, lower: lowers }: Sums, index: number, upper: number, lower: number): void {
  const sum = lowers[index] + lower
  const carry = Math.floor(sum / UPPER)
  lowers[index] = sum - carry * UPPER
  uppers[index] += upper + carry
}

export const isEmpty = ({ upper, lower }: Sums, index: number): boolean => !upper[index] && !lower[index]

export const sameNumbers = (a: Float64Array, b: Float64Array): boolean =>
  (a.length < b.length ? b : a).every((_, i) => (a[i] ?? 0) === (b[i] ?? 0))
export const sameSums = (a: Sums, b: Sums): boolean => sameNumbers(a.upper, b.upper) && sameNumbers(a.lower, b.lower)
