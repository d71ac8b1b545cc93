import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDecimals, isDecimal, isZero } from './decimal-order.ts'

const decimal = fc.tuple(fc.stringMatching(/^\d{1,20}$/), fc.stringMatching(/^(\.\d{1,12})?$/)).map(([a, b]) => a + b)
const near = fc.constantFrom('0', '00', '0.0', '9', '09', '9.5', '9.50', '10', '10.05', '10.5', '100', '99.99')

/** The value × 10^12. */
function scaled(text: string): bigint {
  const [whole, part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(12, '0'))
}

test('decimals are ordered by their value, however they are written', () => {
  fc.assert(
    fc.property(fc.oneof(decimal, near), fc.oneof(decimal, near), (a, b) => {
      const difference = scaled(a) - scaled(b)
      expect(Math.sign(compareDecimals(a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0)
      expect(isDecimal(a)).toBe(true)
      expect(isZero(a)).toBe(scaled(a) === 0n)
    }),
  )
})

test.each(['', '.', '1.', '.5', '-1', '+1', '1e5', ' 1', '1.2.3', '1'.repeat(33), 7, null, undefined, ['1']])(
  '%j is no decimal text',
  (text) => {
    expect(isDecimal(text)).toBe(false)
  },
)
