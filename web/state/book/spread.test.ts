import { describe, expect, it } from 'vitest'
import { parseStep } from '../../../src/protocol/units.ts'
import { spreadOf } from './spread.ts'

const tick = parseStep('0.01')

describe('spreadOf', () => {
  it('gives ticks and basis points of the middle', () => {
    expect(spreadOf([['50000.00', '1', 1]], [['50002.00', '1', 1]], tick)).toEqual({
      text: '2.00',
      basisPoints: '0.40',
    })
    expect(spreadOf([['1000.00', '1', 1]], [['3000.00', '1', 1]], tick)).toEqual({
      text: '2,000.00',
      basisPoints: '10000.00',
    })
  })

  it('is undefined if a side is empty', () => {
    expect(spreadOf([], [['3000.00', '1', 1]], tick)).toBeUndefined()
  })
})
