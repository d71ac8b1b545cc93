/** Candles and ticker of generated trades equal a computation from all trades at once. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CandleFold } from '../../src/marketdata/candle-fold.ts'
import { TickerWindow } from '../../src/marketdata/ticker.ts'
import type { IntervalCandle } from '../../src/protocol/candle.ts'
import { INTERVALS } from '../../src/protocol/candle-interval.ts'
import { allNaiveCandles, CandleShelf, naiveCandles, naiveTicker } from './naive-market.ts'
import { quiet, trades } from './trade-arbitrary.ts'

/** After a trade: nothing, the changes are read, trades are repeated, or the fold starts again from its candles. */
const moments = fc.array(fc.constantFrom('on', 'on', 'read', 'repeat', 'restart'), {
  minLength: 1,
  maxLength: 30,
  size: 'max',
})

const byInterval = (a: IntervalCandle, b: IntervalCandle) =>
  INTERVALS.indexOf(a.interval) - INTERVALS.indexOf(b.interval)

test('candles of all intervals equal the naive ones, whenever they are read and after any restart', () => {
  fc.assert(
    fc.property(trades(120), moments, (trades, moments) => {
      const shelf = new CandleShelf()
      let fold = new CandleFold()
      for (const [i, trade] of trades.entries()) {
        fold.take(trade)
        const moment = moments[i % moments.length]
        if (moment === 'on') continue
        if (moment === 'repeat') {
          for (const earlier of trades.slice(Math.max(0, i - 3), i + 1)) fold.take(earlier)
        } else {
          const changed = fold.changed()
          shelf.put(changed)
          expect(fold.changed()).toEqual([])
          expect(fold.latest()).toEqual(
            INTERVALS.map((interval) => naiveCandles(trades.slice(0, i + 1), interval).at(-1)),
          )
        }
        if (moment !== 'restart') continue
        const restarted = new CandleFold()
        restarted.restore([...fold.latest()].sort(byInterval).reverse())
        expect(restarted.changed()).toEqual([])
        fold = restarted
      }
      shelf.put(fold.changed())
      expect(shelf.all()).toEqual(allNaiveCandles(trades))
    }),
    { numRuns: 80 },
  )
})

test('candles that end with different trades are not of one commit', () => {
  const fold = new CandleFold()
  fold.take({ tradeNumber: 1, price: 5, quantity: 1, timestampMs: 0 })
  const [first, ...others] = fold.latest()
  expect(() => new CandleFold().restore([{ ...first, lastTrade: 2 }, ...others])).toThrow('ends with another trade')
  expect(() => new CandleFold().restore(others)).toThrow('one candle of each interval')
})

test('the ticker equals the naive one after each trade and each quiet time, and its window never goes back', () => {
  fc.assert(
    fc.property(trades(100), fc.array(quiet, { minLength: 1, maxLength: 30, size: 'max' }), (trades, pauses) => {
      const fold = new CandleFold()
      const ticker = new TickerWindow()
      let nowMs = 0
      const look = (until: number, atMs: number) => {
        nowMs = Math.max(nowMs, atMs)
        for (const candle of fold.changed()) if (candle.interval === '1m') ticker.update(candle)
        const before = ticker.values()
        const moved = ticker.advance(atMs)
        const expected = naiveTicker(trades.slice(0, until), nowMs)
        expect(ticker.values()).toEqual(expected)
        if (!moved) expect(before).toEqual(expected)
      }
      look(0, 0)
      for (const [i, trade] of trades.entries()) {
        fold.take(trade)
        look(i + 1, trade.timestampMs)
        const next = trades[i + 1]?.timestampMs ?? Number.POSITIVE_INFINITY
        const later = Math.min(next, trade.timestampMs + pauses[i % pauses.length])
        look(i + 1, later)
        look(i + 1, later - 1)
      }
    }),
    { numRuns: 80 },
  )
})

test('a ticker that begins with stored minutes equals the naive one, whether its time was set before or after', () => {
  fc.assert(
    fc.property(trades(60), quiet, fc.boolean(), (trades, later, before) => {
      const nowMs = (trades.at(-1)?.timestampMs ?? 0) + later
      const ticker = new TickerWindow()
      if (before) ticker.advance(nowMs)
      for (const candle of naiveCandles(trades, '1m')) ticker.update(candle)
      if (!before) ticker.advance(nowMs)
      expect(ticker.values()).toEqual(naiveTicker(trades, nowMs))
    }),
  )
})
