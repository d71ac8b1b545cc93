/** The contract of a market reader: it answers as a computation from all trades, of any symbol and any range. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MarketReader } from '../../src/ports/market-reader.ts'
import { INTERVAL_MS, INTERVALS } from '../../src/protocol/candle-interval.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import type { Lots, Ticks } from '../../src/protocol/units.ts'
import { trades as tradesOf } from '../marketdata/trade-arbitrary.ts'
import { MemoryMarket } from './memory-market.ts'
import { tradeRecord } from './sample-records.ts'

const SYMBOLS = ['BTCUSD', 'ETHUSD']
/** A run against an emulator makes a thousand calls. */
const TIMEOUT_MS = 240_000

/** `commits`: the trades of each commit, in the order of the stream. */
export type OpenMarket = (commits: readonly (readonly TradeRecord[])[]) => Promise<MarketReader>

/** Generated commits: the trades of each symbol have numbers without gaps, and times that never go back. */
const commits: fc.Arbitrary<TradeRecord[][]> = fc
  .tuple(
    tradesOf(60),
    fc.array(fc.constantFrom(...SYMBOLS), { minLength: 60, maxLength: 60 }),
    fc.integer({ min: 1, max: 20 }),
  )
  .map(([trades, symbols, length]) => {
    const counts = new Map<string, number>()
    const records = trades.map((trade, i) => {
      const symbol = symbols[i]
      const tradeNumber = (counts.get(symbol) ?? 0) + 1
      counts.set(symbol, tradeNumber)
      return tradeRecord(tradeNumber, {
        ...trade,
        price: trade.price as Ticks,
        quantity: trade.quantity as Lots,
        symbol,
        tradeNumber,
      })
    })
    return Array.from({ length: Math.ceil(records.length / length) }, (_, i) =>
      records.slice(i * length, (i + 1) * length),
    )
  })

export function marketReaderContract(open: OpenMarket, numRuns: number): void {
  test('candles, the newest candles and tickers equal a computation from all trades', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const places = fc.array(fc.tuple(fc.nat(), fc.integer({ min: -3, max: 3 }), fc.integer({ min: 1, max: 1_000 })), {
      minLength: 3,
      maxLength: 3,
    })
    await fc.assert(
      fc.asyncProperty(commits, places, async (batches, looks) => {
        const all = batches.flat()
        const market = await open(batches)
        const expected = new MemoryMarket(all)
        for (const symbol of [...SYMBOLS, 'NONE']) {
          expect(await market.latest(symbol)).toEqual(await expected.latest(symbol))
          for (const [place, away, length] of looks) {
            const aroundMs = all.length === 0 ? 0 : all[place % all.length].timestampMs
            for (const interval of INTERVALS) {
              const step = INTERVAL_MS[interval]
              const fromMs = Math.max(0, Math.floor(aroundMs / step) + away) * step
              const range = { fromMs, toMs: fromMs + length * step }
              const [seen, wanted] = [market, expected].map((each) => each.candles(symbol, interval, range))
              expect(shown(await seen, fromMs), `${symbol} ${interval}`).toEqual(shown(await wanted, fromMs))
            }
            const nowMs = Math.max(all.at(-1)?.timestampMs ?? 0, aroundMs + length * 60_000)
            expect(await market.ticker(symbol, nowMs)).toEqual(await expected.ticker(symbol, nowMs))
          }
        }
      }),
      // A run opens a store, so shrinking a failure would take minutes.
      { numRuns, endOnFailure: true },
    )
  })
}

/** The candles of a range, and the last price before it. */
function shown(candles: readonly { startMs: number; close: number }[], fromMs: number) {
  return candles.map((candle) => (candle.startMs < fromMs ? candle.close : candle))
}
