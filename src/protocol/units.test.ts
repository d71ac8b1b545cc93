import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  countSteps,
  decimalText,
  formatBigSteps,
  formatStep,
  formatSteps,
  formatStepsShort,
  parseStep,
  type Step,
} from './units.ts'

const MAX = Number.MAX_SAFE_INTEGER
const CENT = parseStep('0.01')
const SATOSHI = parseStep('0.00000001')

const step: fc.Arbitrary<Step> = fc
  .constantFrom('0.01', '0.1', '0.00000001', '0.25', '0.5', '0.125', '1', '5', '100', '0.000000000001', '0.0025')
  .map(parseStep)

/** The oracle: the value of text in units of 10^-20, or undefined if it is not a decimal. */
function scaledValue(text: string): bigint | undefined {
  const parts = /^(\d+)(?:\.(\d{1,20}))?$/.exec(text)
  return parts ? BigInt(parts[1] + (parts[2] ?? '').padEnd(20, '0')) : undefined
}

describe('countSteps', () => {
  test.each([
    ['50000.0', CENT, 5_000_000],
    ['50000', CENT, 5_000_000],
    ['0050000.00', CENT, 5_000_000],
    ['0.01', CENT, 1],
    ['0.0100000', CENT, 1],
    ['1.5', SATOSHI, 150_000_000],
    ['90071992.54740991', SATOSHI, MAX],
    ['90071992.54740990', SATOSHI, MAX - 1],
    ['9007199254740991', parseStep('1'), MAX],
    ['9007199254740990.0', parseStep('1'), MAX - 1],
    ['10.75', parseStep('0.25'), 43],
    ['35', parseStep('5'), 7],
    ['300', parseStep('100'), 3],
  ])('%s in steps of %o is %d', (text, step, count) => {
    expect(countSteps(text, step)).toBe(count)
  })

  test.each([
    ...[
      '',
      '.',
      '1.',
      '.5',
      '1.2.3',
      '1e3',
      '+1',
      ' 1',
      '1 ',
      '1,000',
      '0x10',
      'NaN',
      'Infinity',
      '٣',
      '--1',
      '-',
      '-.5',
    ].map((text) => [text, 'not_a_decimal'] as const),
    ...['0', '0.00', '-1', '-0', '-0.001', '-99999999999999999999'].map((text) => [text, 'not_positive'] as const),
    ...['0.001', '10.005', '1.0000000000000001', '0.009'].map((text) => [text, 'off_step'] as const),
    ...['90071992547409.92', '99999999999999999999', '90071992547410'].map((text) => [text, 'too_large'] as const),
  ])('%j is refused: %s', (text, fault) => {
    expect(countSteps(text, CENT)).toBe(fault)
  })

  test.each([
    ['10.80', '0.25'],
    ['36', '5'],
    ['5.5', '5'],
    ['150', '100'],
  ])('%s is not a multiple of %s', (text, size) => {
    expect(countSteps(text, parseStep(size))).toBe('off_step')
  })

  test('too large is reported before off step, and off step before not positive', () => {
    expect(countSteps('99999999999999999999.001', CENT)).toBe('too_large')
    expect(countSteps('0.001', CENT)).toBe('off_step')
  })

  test('agrees with exact arithmetic on any decimal', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 17 })
    const decimal = fc.tuple(digits, fc.option(digits, { freq: 3 })).map(([a, b]) => (b === null ? a : `${a}.${b}`))
    fc.assert(
      fc.property(decimal, step, (text, step) => {
        const value = scaledValue(text) as bigint
        const unit = 10n ** BigInt(20 - step.decimals)
        const found = countSteps(text, step)
        // More than 2^53-1 units of the step's last decimal is too large, also if another fault applies.
        if (value / unit > BigInt(MAX)) expect(found).toBe('too_large')
        else if (value === 0n) expect(found).toBe('not_positive')
        else if (value % (unit * BigInt(step.multiple)) !== 0n) expect(found).toBe('off_step')
        else expect(found).toBe(Number(value / unit / BigInt(step.multiple)))
      }),
      { numRuns: 2_000 },
    )
  })

  test('agrees with exact arithmetic around 2^53', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: BigInt(MAX) - 30n, max: BigInt(MAX) + 30n }), (count) => {
        expect(countSteps(String(count), parseStep('1'))).toBe(count <= BigInt(MAX) ? Number(count) : 'too_large')
      }),
    )
  })

  test('accepts or rejects any text, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), step, (text, step) => {
        const isDecimal = /^\d+(\.\d+)?$/.test(text.replace(/^-/, ''))
        expect(countSteps(text, step) === 'not_a_decimal').toBe(!isDecimal)
      }),
    )
  })
})

describe('formatSteps', () => {
  test.each([
    [5_000_000, '0.01', '50000.00', '50000'],
    [1, '0.01', '0.01', '0.01'],
    [150_000_000, '0.00000001', '1.50000000', '1.5'],
    [43, '0.25', '10.75', '10.75'],
    [2, '0.25', '0.50', '0.5'],
    [7, '5', '35', '35'],
    [20, '100', '2000', '2000'],
    [MAX, '0.00000001', '90071992.54740991', '90071992.54740991'],
    [MAX, '0.25', '2251799813685247.75', '2251799813685247.75'],
  ])('%d steps of %s are %s', (count, size, full, short) => {
    expect(formatSteps(count, parseStep(size))).toBe(full)
    expect(formatStepsShort(count, parseStep(size))).toBe(short)
  })

  test('is exact for any count, and converts back to the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX }), step, (count, step) => {
        const exact = BigInt(count) * BigInt(step.multiple) * 10n ** BigInt(20 - step.decimals)
        for (const text of [
          formatSteps(count, step),
          formatStepsShort(count, step),
          formatBigSteps(BigInt(count), step),
        ]) {
          expect(scaledValue(text)).toBe(exact)
          if (count * step.multiple <= MAX) expect(countSteps(text, step)).toBe(count)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('sums beyond 2^53 keep their last digit', () => {
    expect(formatBigSteps(2n ** 60n + 1n, SATOSHI)).toBe('11529215046.06846977')
    expect(formatBigSteps(0n, CENT)).toBe('0')
  })
})

describe('parseStep', () => {
  test.each([
    ['0.01', 2, 1],
    ['0.010', 2, 1],
    ['0.25', 2, 25],
    ['1', 0, 1],
    ['1.0', 0, 1],
    ['5', 0, 5],
    ['1000000', 0, 1_000_000],
    ['0.000000000001', 12, 1],
    ['2.5', 1, 25],
  ])('%s is %d decimals, %d units', (text, decimals, multiple) => {
    expect(parseStep(text)).toEqual({ decimals, multiple })
    expect(parseStep(formatStep(parseStep(text)))).toEqual({ decimals, multiple })
  })

  test.each(['', '0', '0.0', '-0.01', '1e-8', 'abc', '.5', '0.0000000000001', '1000001', '1000.0001'])(
    '%j is not a step',
    (text) => {
      expect(() => parseStep(text)).toThrow(RangeError)
    },
  )
})

describe('decimalText', () => {
  test.each([
    [50000.0, '50000'],
    [1.5, '1.5'],
    [1e-7, '0.0000001'],
    [1.25e-7, '0.000000125'],
    [1e21, '1000000000000000000000'],
    [1.2345e22, '12345000000000000000000'],
    [-1e-7, '-0.0000001'],
    [-1e21, '-1000000000000000000000'],
    [0, '0'],
    [5e-324, `0.${'0'.repeat(323)}5`],
  ])('%d is %s', (value, text) => {
    expect(decimalText(value)).toBe(text)
  })

  test('is plain text that parses to the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalText(value)
        expect(text).toMatch(/^-?\d+(\.\d+)?$/)
        expect(Number(text)).toBe(value === 0 ? 0 : value)
      }),
    )
  })

  test('NaN and infinities do not become decimals', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(countSteps(decimalText(value), CENT)).toBe('not_a_decimal')
    }
  })
})
