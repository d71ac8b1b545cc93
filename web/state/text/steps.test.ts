import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countSteps, formatSteps, parseStep } from '../../../src/protocol/units.ts'
import {
  floorSteps,
  lotsAtPrice,
  midPrice,
  nudge,
  nudgeShort,
  roundedText,
  sumOf,
  valueIn,
  valueText,
} from './steps.ts'

const cent = parseStep('0.01')
const quarter = parseStep('0.25')
const satoshi = parseStep('0.00000001')

describe('a step', () => {
  it('goes one tick up or down, with all digits of the tick', () => {
    expect(nudge('50000', 1, cent, 1e9, '1.00')).toBe('50000.01')
    expect(nudge('50000', -10, cent, 1e9, '1.00')).toBe('49999.90')
  })

  it('between two ticks goes to the next one first', () => {
    expect(nudge('50000.3', 1, quarter, 1e9, '1.00')).toBe('50000.50')
    expect(nudge('50000.3', -1, quarter, 1e9, '1.00')).toBe('50000.25')
    expect(nudge('1.005', -1, cent, 1e9, '1.00')).toBe('1.00')
  })

  it('stays between one step and the largest price', () => {
    expect(nudge('0.05', -10, cent, 1e9, '1.00')).toBe('0.01')
    expect(nudge('0.05', 10, cent, 7, '1.00')).toBe('0.07')
  })

  it('of text that is no number gives the start', () => {
    for (const text of ['', 'abc', '1e5', '-1', '1.', '.5', '1,5', ' 1'])
      expect(nudge(text, 1, cent, 9, '1.00')).toBe('1.00')
  })

  it('of a quantity has no zeros at the end', () => {
    expect(nudgeShort('0.5', 10, satoshi, 1e15, '1')).toBe('0.5000001')
  })

  it('is exact where a float is not', () => {
    expect(nudge('90071992547409.90', 1, cent, Number.MAX_SAFE_INTEGER, '1')).toBe('90071992547409.91')
  })
})

it('the middle is on the tick that is better for the order', () => {
  expect(midPrice('1.00', '1.03', cent, 'BUY')).toBe('1.01')
  expect(midPrice('1.00', '1.03', cent, 'SELL')).toBe('1.02')
  expect(midPrice('1.00', '1.02', cent, 'SELL')).toBe('1.01')
})

it('text is rounded half up, and sums are exact', () => {
  expect(roundedText('50019.29585956', 4)).toBe('50019.2959')
  expect(roundedText('0.995', 2)).toBe('1.00')
  expect(roundedText('9.5', 0)).toBe('10')
  expect(roundedText('1.2', 4)).toBe('1.2')
  expect(sumOf(['0.1', '0.2', '3'])).toBe('3.3')
  expect(sumOf([])).toBe('0')
})

it('whole steps of any text are those that countSteps finds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.constantFrom(cent, quarter, satoshi), (count, step) => {
      const text = formatSteps(count, step)
      expect(countSteps(text, step)).toBe(count)
      expect(floorSteps(text, step)).toEqual({ steps: BigInt(count), excess: false })
      expect(floorSteps(`${text.includes('.') ? text : `${text}.`}0000000000001`, step)).toEqual({
        steps: BigInt(count),
        excess: true,
      })
    }),
  )
})

it('a quote amount becomes a quantity that never costs more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.bigInt({ min: 0n, max: 2n ** 70n }), (price, value) => {
      const text = valueText(value, cent, satoshi)
      expect(valueIn(text, cent, satoshi)).toBe(value)
      const lots = lotsAtPrice(value, price)
      expect(lots * BigInt(price) <= value && (lots + 1n) * BigInt(price) > value).toBe(true)
    }),
  )
})
