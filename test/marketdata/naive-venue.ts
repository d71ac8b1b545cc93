/** Compares the market data of a venue's feed with what its trades and its book say. */

import { expect } from 'vitest'
import type { RowTable } from '../../src/replay/row-table.ts'
import { allNaiveCandles, naiveTicker } from './naive-market.ts'
import { venueMarket } from './venue-market.ts'

/** Asserts that all is equal after each batch, and a day after the last one. Returns the number of trades. */
export function expectNaiveMarket(rows: RowTable, batchSize: number): number {
  let lastMs = 0
  const { fed, market, shelf } = venueMarket(rows, batchSize, ({ fed, market }, trades, nowMs) => {
    lastMs = nowMs
    expect(market.ticker.values()).toEqual(naiveTicker(trades, nowMs))
    expect(market.book.top(100)).toEqual(firstLevels(fed.levels(), 100))
    expect(market.recentTrades).toEqual(trades.slice(-50))
  })
  const { trades } = fed
  expect(shelf.all()).toEqual(allNaiveCandles(trades))
  expect(market.book.top(Number.POSITIVE_INFINITY)).toEqual(fed.levels())
  for (const hours of [1, 22, 23, 24, 25]) {
    const later = lastMs + hours * 3_600_000
    market.ticker.advance(later)
    expect(market.ticker.values()).toEqual(naiveTicker(trades, later))
  }
  return trades.length
}

const firstLevels = <T extends { readonly bids: readonly unknown[]; readonly asks: readonly unknown[] }>(
  { bids, asks }: T,
  depth: number,
) => ({ bids: bids.slice(0, depth), asks: asks.slice(0, depth) })
