import { describe, expect, it } from 'vitest'
import type { LevelText } from '../../../src/marketdata/book-level.ts'
import { parseStep } from '../../../src/protocol/units.ts'
import { LEVELS_MAX, type Market, SAMPLES_MIN, TIMES_USUAL_MAX, warningsOf } from './fat-finger.ts'

const steps = { tick: parseStep('0.01'), lot: parseStep('0.001') }
const levels = (from: number, by: number, count: number): LevelText[] =>
  Array.from({ length: count }, (_, i): LevelText => [(from + i * by).toFixed(2), '1', 1])
const market: Market = {
  asks: levels(100.01, 0.01, 20),
  bids: levels(100, -0.01, 20),
  traded: Array<string>(SAMPLES_MIN).fill('0.1'),
  last: '100.00',
}
const texts = (...args: Parameters<typeof warningsOf>) => warningsOf(...args).map(({ text }) => text)

describe('warnings', () => {
  it('a usual order has none', () => {
    expect(warningsOf({ side: 'BUY', lots: 100, limit: 10_001 }, market, steps)).toEqual([])
    expect(warningsOf({ side: 'SELL', lots: 2_000, limit: undefined }, market, steps)).toEqual([])
  })

  it('a price far through the market, not one at the limit', () => {
    expect(texts({ side: 'BUY', lots: 100, limit: 10_201 }, market, steps)).toEqual([])
    expect(texts({ side: 'BUY', lots: 100, limit: 10_202 }, market, steps)).toEqual([
      'The price is 2 % above the best ask.',
    ])
    expect(texts({ side: 'SELL', lots: 100, limit: 5_000 }, market, steps)).toEqual([
      'The price is 50 % below the best bid.',
    ])
  })

  it('a price far from the market on the safe side is not warned about', () => {
    expect(warningsOf({ side: 'BUY', lots: 100, limit: 100 }, market, steps)).toEqual([])
  })

  it('an order that cannot be compared with the market', () => {
    expect(warningsOf({ side: 'BUY', lots: 100, limit: 10_001 }, undefined, steps)).toHaveLength(1)
  })

  it('with an empty side the last price counts', () => {
    expect(texts({ side: 'BUY', lots: 100, limit: 11_000 }, { ...market, asks: [] }, steps)).toEqual([
      'The price is 10 % above the last price.',
    ])
  })

  it('many levels, a size far above the usual, and more than the book has', () => {
    const most = (LEVELS_MAX + 1) * 1_000
    expect(texts({ side: 'BUY', lots: most, limit: undefined }, market, steps)).toEqual([
      `The order would trade through ${LEVELS_MAX + 1} price levels.`,
      'The quantity is 11 times the usual size.',
    ])
    const few = { ...market, asks: market.asks.slice(0, 9), bids: [], traded: [] }
    expect(texts({ side: 'BUY', lots: 9_001, limit: undefined }, few, steps)).toEqual([
      'The quantity is more than the visible book has. What finds no counterparty is canceled.',
    ])
    const thin = { ...market, asks: market.asks.slice(0, SAMPLES_MIN), bids: [], traded: [] }
    expect(texts({ side: 'BUY', lots: 5_001, limit: 9_000 }, thin, steps)).toEqual([
      'The quantity is 50 % of all visible asks.',
    ])
  })

  it('usual is the larger median of trades and of levels, from a number of samples on', () => {
    const exactly = TIMES_USUAL_MAX * 1_000
    const wide = { ...market, asks: levels(100.01, 0.01, 40) }
    expect(warningsOf({ side: 'BUY', lots: exactly, limit: 9_000 }, wide, steps)).toEqual([])
    expect(warningsOf({ side: 'BUY', lots: exactly + 1, limit: 9_000 }, wide, steps)).toHaveLength(1)
    const traded = Array<string>(SAMPLES_MIN).fill('1')
    const trades = { asks: [], bids: [], last: undefined, traded }
    expect(warningsOf({ side: 'BUY', lots: exactly + 1, limit: 9_000 }, trades, steps)).toHaveLength(1)
    const few = { ...trades, traded: traded.slice(1) }
    expect(warningsOf({ side: 'BUY', lots: exactly + 1, limit: 9_000 }, few, steps)).toEqual([])
  })

  it('a market order without a counterparty', () => {
    expect(texts({ side: 'SELL', lots: 1, limit: undefined }, { ...market, bids: [] }, steps)).toEqual([
      'The book shows nothing to trade with.',
    ])
  })
})
