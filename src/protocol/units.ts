/**
 * Exact prices and quantities. Inside the exchange a price is an integer count of ticks and a quantity an integer
 * count of lots. Decimal text exists only at the edge, and only this file converts between the two. Nothing is
 * rounded: text that is not a whole number of steps is rejected.
 */

import { STEP_DECIMALS_MAX } from './limits.ts'

declare const unit: unique symbol
/** A price: 1 … 2^31−1 ticks. */
export type Ticks = number & { readonly [unit]: 'ticks' }
/** A quantity: 1 … 2^53−1 lots. */
export type Lots = number & { readonly [unit]: 'lots' }

export const ticks = (count: number): Ticks => count as Ticks
export const lots = (count: number): Lots => count as Lots

/** The size of one tick or lot as a decimal: `multiple × 10^−decimals`. 0.25 is {decimals 2, multiple 25}. */
export interface Step {
  readonly decimals: number
  readonly multiple: number
}

/** Why text is not a count of steps. */
export type DecimalFault = 'not_a_decimal' | 'not_positive' | 'off_step' | 'too_large'

const ZERO = 48
const NINE = 57
const POINT = 46
const MINUS = 45
/** 2^53−1 without its last digit, and that digit: a number up to these can be multiplied by ten, plus a digit. */
const TIMES_TEN_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 10)
const LAST_DIGIT_MAX = Number.MAX_SAFE_INTEGER % 10
/** A double represents every number of this many digits exactly. */
const PLAIN_LENGTH_MAX = 15
const POWERS_OF_TEN = Array.from({ length: STEP_DECIMALS_MAX + 1 }, (_, i) => 10 ** i)

/**
 * The number of whole steps in decimal text such as `50000.0`, or the first fault found.
 * Accepts digits with at most one point between them; no sign, blank, exponent or separator.
 */
export function countSteps(text: string, step: Step): number | DecimalFault {
  return countPlainSteps(text, step) || countAnySteps(text, step)
}

/** The same for the common case: short text that is a whole number of steps. Returns 0 for other text. */
function countPlainSteps(text: string, { decimals, multiple }: Step): number {
  const { length } = text
  if (length > PLAIN_LENGTH_MAX) return 0
  let digits = 0
  let point = -1
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= ZERO && code <= NINE) digits = digits * 10 + (code - ZERO)
    else if (code === POINT && point < 0 && i > 0) point = i
    else return 0
  }
  const places = point < 0 ? 0 : length - 1 - point
  if (point === length - 1 || places > decimals) return 0
  const scaled = digits * POWERS_OF_TEN[decimals - places]
  if (scaled > Number.MAX_SAFE_INTEGER) return 0
  if (multiple === 1) return scaled
  return scaled % multiple === 0 ? scaled / multiple : 0
}

function countAnySteps(text: string, step: Step): number | DecimalFault {
  const length = text.length
  if (length === 0) return 'not_a_decimal'
  if (text.charCodeAt(0) === MINUS) return isDecimal(text.slice(1)) ? 'not_positive' : 'not_a_decimal'
  let scaled = 0
  let point = -1
  let excess = false
  let overflow = false
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= ZERO && code <= NINE) {
      if (point >= 0 && i - point > step.decimals) {
        if (code !== ZERO) excess = true
      } else if (scaled > TIMES_TEN_MAX || (scaled === TIMES_TEN_MAX && code - ZERO > LAST_DIGIT_MAX)) {
        overflow = true
      } else {
        scaled = scaled * 10 + (code - ZERO)
      }
    } else if (code === POINT && point < 0 && i > 0 && i < length - 1) {
      point = i
    } else {
      return 'not_a_decimal'
    }
  }
  const places = point < 0 ? 0 : Math.min(length - 1 - point, step.decimals)
  for (let missing = step.decimals - places; missing > 0 && scaled > 0; missing--) {
    if (scaled > TIMES_TEN_MAX) overflow = true
    else scaled *= 10
  }
  if (overflow) return 'too_large'
  if (excess) return 'off_step'
  if (scaled === 0) return 'not_positive'
  if (step.multiple === 1) return scaled
  return scaled % step.multiple === 0 ? scaled / step.multiple : 'off_step'
}

/** Decimal text of a count of steps, with all the decimals of the step: 5000000 × 0.01 is `50000.00`. */
export function formatSteps(count: number, step: Step): string {
  const scaled = count * step.multiple
  const digits = Number.isSafeInteger(scaled) ? String(scaled) : String(BigInt(count) * BigInt(step.multiple))
  return placePoint(digits, step.decimals)
}

/** Like {@link formatSteps} without trailing zeros: 150000000 × 0.00000001 is `1.5`. */
export function formatStepsShort(count: number, step: Step): string {
  let scaled = count * step.multiple
  if (!Number.isSafeInteger(scaled)) return trimZeros(formatSteps(count, step))
  let { decimals } = step
  for (; decimals > 0 && scaled % 10 === 0; decimals--) scaled /= 10
  return placePoint(String(scaled), decimals)
}

/** Decimal text of a sum that may exceed 2^53−1. */
export function formatBigSteps(count: bigint, step: Step): string {
  return trimZeros(placePoint(String(count * BigInt(step.multiple)), step.decimals))
}

/** Reads a tick or lot size such as `0.01`. Throws RangeError if the text is invalid. */
export function parseStep(text: string): Step {
  if (!isDecimal(text)) throw new RangeError(`not a decimal: ${text}`)
  const trimmed = trimZeros(text)
  const point = trimmed.indexOf('.')
  const decimals = point < 0 ? 0 : trimmed.length - point - 1
  const multiple = Number(trimmed.replace('.', ''))
  if (decimals > STEP_DECIMALS_MAX) throw new RangeError(`more than ${STEP_DECIMALS_MAX} decimals: ${text}`)
  if (multiple < 1 || multiple > 1_000_000)
    throw new RangeError(`a step is 1 … 1,000,000 units of its last decimal: ${text}`)
  return { decimals, multiple }
}

/** Decimal text of a step itself. */
export const formatStep = (step: Step): string => formatSteps(1, step)

/**
 * Plain decimal text of a JSON number, exactly as JavaScript represents it: `1e-7` becomes `0.0000001`. Numbers of
 * more than 15 digits must be text already (see http/exact-json.ts).
 */
export function decimalText(value: number): string {
  const text = String(value)
  const e = text.indexOf('e')
  if (e < 0) return text
  const exponent = Number(text.slice(e + 1))
  const negative = text.startsWith('-')
  const mantissa = text.slice(negative ? 1 : 0, e)
  const point = mantissa.indexOf('.')
  const digits = mantissa.replace('.', '')
  const whole = (point < 0 ? digits.length : point) + exponent
  const plain =
    whole <= 0
      ? `0.${'0'.repeat(-whole)}${digits}`
      : whole >= digits.length
        ? digits + '0'.repeat(whole - digits.length)
        : `${digits.slice(0, whole)}.${digits.slice(whole)}`
  return negative ? `-${plain}` : plain
}

function isDecimal(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text)
}

function placePoint(digits: string, decimals: number): string {
  if (decimals === 0) return digits
  const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0')
  const point = padded.length - decimals
  return `${padded.slice(0, point)}.${padded.slice(point)}`
}

function trimZeros(text: string): string {
  if (!text.includes('.')) return text
  let end = text.length
  while (text.charCodeAt(end - 1) === ZERO) end--
  if (text.charCodeAt(end - 1) === POINT) end--
  return text.slice(0, end)
}
