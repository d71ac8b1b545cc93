import { describe, expect, it } from 'vitest'
import { parseStep } from '../../../src/protocol/units.ts'
import type { Trade } from './market.ts'
import { emptyTapeRow, fillTape, newerThan, offsetOf, tapeLengths } from './tape-rows.ts'

const trade = (n: number, takerSide: Trade['takerSide'] = 'BUY'): Trade => ({
  tradeId: `A-${n}`,
  price: `${1_000 + n}.50`,
  quantity: '1234.5',
  takerSide,
  timestamp: `2026-01-31T12:00:0${n}.000Z`,
  sequence: 10 * n,
})

describe('fillTape', () => {
  it('shows the newest first, with the side as a sign, and empties rows without a trade', () => {
    const rows = [emptyTapeRow(), emptyTapeRow(), emptyTapeRow()]
    const input = { offset: 0, lot: parseStep('0.001'), zone: 'utc' as const, showsMillis: true }
    fillTape(rows, { ...input, trades: [trade(3), trade(2, 'SELL'), trade(1)] })
    fillTape(rows, { ...input, trades: [trade(3), trade(2, 'SELL')] })
    const texts = rows.map(({ time, sign, side, price, size, sizeZeros }) =>
      [time, sign, side, price, size, sizeZeros].map(({ value }) => value).join(' '),
    )
    expect(texts).toEqual([
      '12:00:03.000 ▲ buy 1,003.50 1,234.5 00',
      '12:00:02.000 ▼ sell 1,002.50 1,234.5 00',
      '     ',
    ])
    expect(tapeLengths(rows).price).toBeCloseTo(6 + 2 * 0.55)
    expect(tapeLengths(rows).size).toBeCloseTo(7 + 2 * 0.55)
    fillTape(rows, { ...input, showsMillis: false, trades: [trade(3)] })
    expect(rows[0].time.value).toBe('12:00:03')
  })
})

describe('offsetOf', () => {
  it('goes row by row, and not behind the last trade', () => {
    expect([0, 9, 10, 31, 9_000].map((px) => offsetOf(px, 20, 50, 20))).toEqual([0, 0, 1, 2, 30])
    expect(offsetOf(100, 20, 5, 20)).toBe(0)
  })
})

describe('newerThan', () => {
  it('counts the trades that came since', () => {
    const trades = [trade(5), trade(4), trade(3)]
    expect(newerThan(trades, undefined)).toBe(0)
    expect(newerThan(trades, trade(5))).toBe(0)
    expect(newerThan(trades, trade(3))).toBe(2)
    expect(newerThan(trades, trade(1))).toBe(3)
  })
})
