import { describe, expect, it } from 'vitest'
import { parseStep } from '../../src/protocol/units.ts'
import type { Trade } from './market.ts'
import { lastTradeOf, spreadOf } from './spread.ts'

const steps = { tick: parseStep('0.01'), lot: parseStep('0.01') }
const tradeAt = (price: string): Trade => ({
  tradeId: 'A-1',
  price,
  quantity: '1',
  takerSide: 'BUY',
  timestamp: '2026-01-31T12:00:00.000Z',
  sequence: 1,
})

describe('spreadOf', () => {
  it('gives ticks and basis points of the middle', () => {
    expect(spreadOf([['50000.00', '1', 1]], [['50002.00', '1', 1]], steps)).toEqual({
      text: '2.00',
      basisPoints: '0.40',
    })
    expect(spreadOf([['1000.00', '1', 1]], [['3000.00', '1', 1]], steps)).toEqual({
      text: '2,000.00',
      basisPoints: '10000.00',
    })
  })

  it('is undefined if a side is empty', () => {
    expect(spreadOf([], [['3000.00', '1', 1]], steps)).toBeUndefined()
  })
})

describe('lastTradeOf', () => {
  it('compares with the last trade at another price', () => {
    expect(lastTradeOf([], steps)).toBeUndefined()
    const direction = (...prices: string[]) => lastTradeOf(prices.map(tradeAt), steps)?.direction
    expect(direction('10.00')).toBe('same')
    expect(direction('10.00', '10.00', '9.00')).toBe('up')
    expect(direction('9.00', '10.00')).toBe('down')
  })
})
