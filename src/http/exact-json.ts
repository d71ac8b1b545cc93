/**
 * Parses JSON without three unsafe properties of JSON.parse: it rounds numbers of more than 15 digits, uses the
 * last of two equal keys, and accepts any nesting. One pass over the text finds such numbers, and counts keys
 * and depth. JSON.parse does the rest, and rejects text that is not JSON.
 */

import { JSON_FIELDS_MAX, JSON_NESTING_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'

/** A decimal with up to this many significant digits converts to a double and back without a change. */
const EXACT_DIGITS = 15

/**
 * A JSON number that a double may not represent exactly: a symbol whose description is plain decimal text. No JSON
 * text can make a symbol, and no schema takes one for text, a number, a list or an object.
 */
export type LongNumber = symbol

/**
 * Long numbers are replaced in the text by 1e300, 2e300 and so on, and put back after JSON.parse. No other number
 * of the text can be as large, because a number of so many digits or with an exponent is a long number itself.
 */
const PLACEHOLDER = 1e300

/** A power of ten beyond all limits of the exchange, positive or negative. */
const BEYOND_LIMITS = 99

const QUOTE = 34
const PLUS = 43
const COMMA = 44
const MINUS = 45
const POINT = 46
const ZERO = 48
const NINE = 57
const COLON = 58
const UPPER_E = 69
const OPEN_BRACKET = 91
const BACKSLASH = 92
const CLOSE_BRACKET = 93
const LOWER_E = 101
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

/**
 * The value of a JSON text, with every number that has more than 15 digits or an exponent as {@link LongNumber}.
 * Rejections: malformed_json, duplicate_key.
 */
export function parseExactJson(text: string): unknown {
  const longNumbers: LongNumber[] = []
  let depth = 0
  let colons = 0
  let commas = 0
  let copied = 0
  let rewritten = ''
  const length = text.length
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfString(text, i)
    } else if (code === COLON) {
      if (++colons > JSON_FIELDS_MAX) return tooMany()
    } else if (code === COMMA) {
      if (++commas > JSON_FIELDS_MAX) return tooMany()
    } else if ((code >= ZERO && code <= NINE) || code === MINUS) {
      const end = endOfNumber(text, i)
      const exact = end < 0 ? plainDecimal(text.slice(i, -end)) : undefined
      if (exact !== undefined) {
        longNumbers.push(Symbol(exact))
        rewritten += `${text.slice(copied, i)}${longNumbers.length}e300`
        copied = -end
      }
      i = Math.abs(end) - 1
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > JSON_NESTING_MAX)
        return new Rejection('malformed_json', `Nested deeper than ${JSON_NESTING_MAX} levels.`)
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth--
    }
  }
  let value: unknown
  try {
    value = copied === 0 ? JSON.parse(text) : JSON.parse(rewritten + text.slice(copied), putBack(longNumbers))
  } catch {
    return new Rejection('malformed_json', length === 0 ? 'The text is empty.' : 'The text is not JSON.')
  }
  if (colons !== countKeys(value)) return new Rejection('duplicate_key', 'An object contains a field twice.')
  return value
}

const tooMany = (): Rejection<'malformed_json'> =>
  new Rejection('malformed_json', `The text has more than ${JSON_FIELDS_MAX} fields or list elements.`)

/** The index of the closing quote, or the length of the text. */
function endOfString(text: string, start: number): number {
  const length = text.length
  for (let i = start + 1; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) return i
    if (code === BACKSLASH) i++
  }
  return length
}

/** The index after a number. It is negative if a double may not represent the number exactly. */
function endOfNumber(text: string, start: number): number {
  const length = text.length
  let digits = 0
  let exponent = false
  let i = start
  for (; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code >= ZERO && code <= NINE) {
      if (digits > 0 || code !== ZERO) digits++
    } else if (code === LOWER_E || code === UPPER_E) {
      exponent = true
    } else if (code !== POINT && code !== MINUS && code !== PLUS) {
      break
    }
  }
  return digits > EXACT_DIGITS || exponent ? -i : i
}

/**
 * A JSON number as plain decimal text. A power beyond 10^±99 is limited to that value: the number is still too
 * large, or still not a whole number of steps. undefined for an invalid number, which JSON.parse rejects.
 */
function plainDecimal(token: string): string | undefined {
  const parts = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)
  if (parts === null) return undefined
  const [, sign, whole, fraction = '', exponent = '0'] = parts
  const all = whole + fraction
  const digits = all.replace(/^0+/, '')
  if (digits === '') return '0'
  const power = Number(exponent) + whole.length - (all.length - digits.length)
  const point = Math.max(-BEYOND_LIMITS, Math.min(BEYOND_LIMITS, power))
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits.padEnd(point, '0')
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** Replaces the placeholders of JSON.parse by the long numbers. */
const putBack = (longNumbers: readonly LongNumber[]) => (_key: string, value: unknown) =>
  typeof value === 'number' && value >= PLACEHOLDER ? longNumbers[Math.round(value / PLACEHOLDER) - 1] : value

/** A long number as plain decimal text. Other values are returned unchanged. */
export const withoutLongNumber = <T>(value: T): Exclude<T, symbol> | string =>
  typeof value === 'symbol' ? (value.description as string) : (value as Exclude<T, symbol>)

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item)
    return keys
  }
  for (const key in value) {
    keys++
    const child = (value as Record<string, unknown>)[key]
    if (typeof child === 'object' && child !== null) keys += countKeys(child)
  }
  return keys
}
