import { describe, expect, it } from 'vitest'
import { parseStep } from '../../../src/protocol/units.ts'
import { candleText, percentText } from './candle-text.ts'

describe('candleText', () => {
  it('keeps all digits of the prices, and the change with its sign', () => {
    const candle = {
      start: '2026-01-31T12:00:00.000Z',
      open: '50000.00',
      high: '50010.00',
      low: '49990.50',
      close: '49995.00',
      volume: '12345.50',
      quoteVolume: '1',
      count: 3,
      closed: true,
    }
    expect(candleText(candle, parseStep('0.01'), parseStep('0.0001'))).toEqual({
      open: '50,000.00',
      high: '50,010.00',
      low: '49,990.50',
      close: '49,995.00',
      change: '−5.00 (−0.01%)',
      direction: 'down',
      volume: '12,345.5',
    })
  })
})

describe('percentText', () => {
  it('rounds half away from zero', () => {
    expect(percentText(124, 10_000)).toBe('+1.24%')
    expect(percentText(-5, 100_000)).toBe('−0.01%')
    expect(percentText(4, 100_000)).toBe('+0.00%')
    expect(percentText(0, 7)).toBe('0.00%')
    expect(percentText(2 ** 31 - 2, 1)).toBe('+214748364600.00%')
  })
})
