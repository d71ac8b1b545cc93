/**
 * Exact sums of integers far above 2^53, without an object for each addition. A sum is three numbers at `at`, `at + 1`
 * and `at + 2` of an array: sum = first + second × 2^52 + third × 2^104. After each addition the first two are below
 * 2^52, so no addition of two of them exceeds 2^53, and nothing is rounded. A third number of 2^52 would need 2^72
 * trades of the largest price and quantity.
 */

/** Numbers of one sum. */
export const SUM_NUMBERS = 3

const LIMB = 2 ** 52
const LIMB_BITS = 52n
const PART = 2 ** 26
const PRICE_PART = 2 ** 16

/** Adds a whole number up to 2^53−1. */
export function addNumber(sums: Float64Array, at: number, value: number): void {
  if (value < LIMB) addLimbs(sums, at, value, 0)
  else addLimbs(sums, at, value - LIMB, 1)
}

/** Adds price × quantity: up to 2^31−1 and 2^53−1. */
export function addProduct(sums: Float64Array, at: number, price: number, quantity: number): void {
  const product = price * quantity
  // A product that was rounded is at least 2^53.
  if (product < LIMB) {
    addLimbs(sums, at, product, 0)
    return
  }
  // quantity = a × 2^26 + b, price = c × 2^16 + d; each partial product is exact.
  const a = Math.floor(quantity / PART)
  const b = quantity - a * PART
  const c = Math.floor(price / PRICE_PART)
  const d = price - c * PRICE_PART
  // a × c × 2^42: a × c is below 2^42, and the upper 32 bits of it belong to the second number.
  addShifted(sums, at, a * c, 2 ** 42)
  addShifted(sums, at, a * d, PART)
  addShifted(sums, at, b * c, PRICE_PART)
  addLimbs(sums, at, b * d, 0)
}

/** Adds value × 2^shift, for a value below 2^52 and a `factor` 2^shift up to 2^52. */
function addShifted(sums: Float64Array, at: number, value: number, factor: number): void {
  const unit = LIMB / factor
  const upper = Math.floor(value / unit)
  addLimbs(sums, at, (value - upper * unit) * factor, upper)
}

/** Adds first + second × 2^52; both are below 2^52. */
export function addLimbs(sums: Float64Array, at: number, first: number, second: number): void {
  let low = sums[at] + first
  let middle = sums[at + 1] + second
  if (low >= LIMB) {
    low -= LIMB
    middle++
  }
  if (middle >= LIMB) {
    middle -= LIMB
    sums[at + 2]++
  }
  sums[at] = low
  sums[at + 1] = middle
}

/** Adds a sum of another array. */
export function addSum(sums: Float64Array, at: number, other: Float64Array, otherAt: number): void {
  addLimbs(sums, at, other[otherAt], other[otherAt + 1])
  sums[at + 2] += other[otherAt + 2]
}

export function clearSum(sums: Float64Array, at: number): void {
  sums[at] = 0
  sums[at + 1] = 0
  sums[at + 2] = 0
}

export function readSum(sums: Float64Array, at: number): bigint {
  const low = BigInt(sums[at])
  if (sums[at + 1] === 0 && sums[at + 2] === 0) return low
  return low + (BigInt(sums[at + 1]) << LIMB_BITS) + (BigInt(sums[at + 2]) << (2n * LIMB_BITS))
}

export function writeSum(sums: Float64Array, at: number, value: bigint): void {
  sums[at] = Number(BigInt.asUintN(52, value))
  sums[at + 1] = Number(BigInt.asUintN(52, value >> LIMB_BITS))
  sums[at + 2] = Number(value >> (2n * LIMB_BITS))
}
