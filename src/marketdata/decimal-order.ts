/** The order of decimal texts, so that a follower can sort levels without the tick of the instrument. */

/** Digits with at most one point between them, as the exchange sends prices and quantities. */
const DECIMAL = /^\d{1,32}(\.\d{1,32})?$/
const ZERO = /^0+(\.0+)?$/

export const isDecimal = (text: unknown): text is string => typeof text === 'string' && DECIMAL.test(text)

export const isZero = (decimal: string): boolean => ZERO.test(decimal)

/** Negative if a < b, 0 if they are equal, else positive. Exact for any number of digits. */
export function compareDecimals(a: string, b: string): number {
  // Prices of one instrument mostly have as many digits before and after the point.
  if (a.length === b.length && a.indexOf('.') === b.indexOf('.')) return compareDigits(a, b)
  const [wholeA, partA] = split(a)
  const [wholeB, partB] = split(b)
  return wholeA.length - wholeB.length || compareDigits(wholeA, wholeB) || compareDigits(partA, partB)
}

/** The digits before the point without leading zeros, and those after it without trailing ones. */
function split(decimal: string): [whole: string, part: string] {
  const point = decimal.indexOf('.')
  const whole = point < 0 ? decimal : decimal.slice(0, point)
  const part = point < 0 ? '' : decimal.slice(point + 1)
  return [whole.replace(/^0+/, ''), part.replace(/0+$/, '')]
}

const compareDigits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
