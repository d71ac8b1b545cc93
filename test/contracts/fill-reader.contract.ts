/** The contract of a fill reader: its pages have every fill of the account once, in the order of the query. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fill, type FillQuery, type FillReader, fillsOf, pageOfFills } from '../../src/ports/fill-reader.ts'
import { BadCursor } from '../../src/ports/order-reader.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import { tradeRecord } from './sample-records.ts'

/** `commits`: the trades of each commit, in the order of the stream. */
export type OpenFills = (commits: readonly (readonly TradeRecord[])[]) => Promise<FillReader>

const ACCOUNTS = ['ann', 'an', 'bob']
const SYMBOLS = ['BTCUSD', 'ETHUSD']
/** A run against an emulator makes hundreds of calls. */
const TIMEOUT_MS = 240_000

/** Bursts in one millisecond, and pauses; an account may trade with itself. */
const commits: fc.Arbitrary<TradeRecord[][]> = fc
  .tuple(
    fc.array(
      fc.record({
        symbol: fc.constantFrom(...SYMBOLS),
        maker: fc.constantFrom(...ACCOUNTS),
        taker: fc.constantFrom(...ACCOUNTS),
        order: fc.integer({ min: 1, max: 3 }),
        quietMs: fc.constantFrom(0, 0, 1, 30, 99, 100, 5_000),
      }),
      { maxLength: 80, size: 'max' },
    ),
    fc.integer({ min: 1, max: 30 }),
  )
  .map(([steps, length]) => {
    const counts = new Map<string, number>()
    let timestampMs = 1_000
    const trades = steps.map(({ symbol, maker, taker, order, quietMs }) => {
      timestampMs += quietMs
      const tradeNumber = (counts.get(symbol) ?? 0) + 1
      counts.set(symbol, tradeNumber)
      const orders = { makerOrderId: `m${order}`, takerOrderId: `t${order}` }
      return tradeRecord(tradeNumber, { symbol, makerAccount: maker, takerAccount: taker, timestampMs, ...orders })
    })
    return Array.from({ length: Math.ceil(trades.length / length) }, (_, i) =>
      trades.slice(i * length, (i + 1) * length),
    )
  })

const query: fc.Arbitrary<FillQuery> = fc.record(
  {
    limit: fc.constantFrom(1, 2, 5, 100),
    sort: fc.constantFrom('asc' as const, 'desc' as const),
    symbol: fc.constantFrom(...SYMBOLS),
    orderId: fc.constantFrom('m1', 't2'),
    fromMs: fc.integer({ min: 900, max: 20_000 }),
    toMs: fc.integer({ min: 1_000, max: 30_000 }),
  },
  { requiredKeys: ['limit'] },
)

export function fillReaderContract(open: OpenFills, numRuns: number): void {
  describe('a fill reader', () => {
    test('has every fill of an account once, page by page, in both directions', { timeout: TIMEOUT_MS }, async () => {
      await fc.assert(
        fc.asyncProperty(commits, fc.array(query, { minLength: 4, maxLength: 4 }), async (batches, queries) => {
          const reader = await open(batches)
          for (const one of queries) {
            for (const account of [...ACCOUNTS, 'nobody']) {
              const own = batches.flat().flatMap((trade) => fillsOf(account, trade))
              const wanted = pageOfFills(own, { ...one, limit: 1_000 }).rows
              expect(named(await allPages(reader, account, one))).toEqual(named(wanted))
            }
          }
        }),
        // A run opens a store, so shrinking a failure would take minutes.
        { numRuns, endOnFailure: true },
      )
    })

    test.each(['nonsense', '', 'e30', 'WzFd', 'WzEsMiwzLDRd'])('refuses the cursor %j', async (cursor) => {
      const reader = await open([[tradeRecord(1)]])
      await expect(reader.list('ann', { limit: 1, cursor })).rejects.toThrow(BadCursor)
    })
  })
}

async function allPages(reader: FillReader, account: string, query: FillQuery): Promise<Fill[]> {
  const rows: Fill[] = []
  let cursor: string | undefined
  do {
    const page = await reader.list(account, { ...query, ...(cursor !== undefined && { cursor }) })
    expect(page.rows.length).toBeLessThanOrEqual(query.limit)
    rows.push(...page.rows)
    cursor = page.next
  } while (cursor !== undefined)
  return rows
}

const named = (fills: readonly Fill[]): string[] =>
  fills.map(({ trade, liquidity }) => `${trade.timestampMs} ${trade.symbol} ${trade.tradeNumber} ${liquidity}`)
