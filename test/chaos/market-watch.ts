/**
 * A follower of live market data beside a chaos run. At the end its books must be those of the exchange of one machine,
 * and each trade was shown once, or counted as missed. What the notifier has stored must be a fold of the same trades.
 */

import { isDeepStrictEqual } from 'node:util'
import { candleResource, levelText } from '../../src/api/market-resource.ts'
import { ExchangeClient } from '../../src/client/exchange-client.ts'
import type { BookFeed } from '../../src/client/feeds/book-feed.ts'
import type { TradesFeed } from '../../src/client/feeds/trades-feed.ts'
import type { DepthLevel } from '../../src/protocol/book-state.ts'
import type { Instrument } from '../../src/protocol/instrument/instrument.ts'
import { type Api, apiOf } from '../e2e/api.ts'
import { naiveCandles } from '../marketdata/naive-market.ts'
import { pause } from './chaos-world.ts'
import type { EmbeddedTwin } from './embedded-twin.ts'

const DEPTH = 100
/** A follower that lacks something gets a snapshot within some rounds of pushes, and repairs itself after a silence. */
const REPAIR_MS = 120_000
const AGAIN_MS = 250
const PAGE = 1_000
const SHOWN_NUMBERS = 5

export interface MarketWatch {
  /** Trades that were shown, or counted as missed. */
  readonly counts: { readonly shown: number; readonly missed: number; readonly lost: number }
  /** What differs from the exchange of one machine. */
  differencesNow(twin: EmbeddedTwin): Promise<string[]>
  /** The same, after it had time to arrive. */
  differences(twin: EmbeddedTwin): Promise<string[]>
  close(): void
}

interface Followed {
  readonly book: BookFeed
  readonly trades: TradesFeed
  /** Numbers of the trades that were shown, in sequence. */
  readonly shown: number[]
  missed: number
}

/** Begins to follow the books and trades of the symbols. */
export function watchMarket(url: string, socketUrl: string, symbols: readonly string[]): MarketWatch {
  const client = new ExchangeClient({ url: socketUrl })
  const read = apiOf(url)
  const followed = new Map(symbols.map((symbol) => [symbol, follow(client, symbol)]))
  const all = [...followed.values()]
  const differencesNow = async (twin: EmbeddedTwin) => {
    const found: string[] = []
    for (const [symbol, instrument] of twin.instruments) {
      const one = followed.get(symbol)
      if (one !== undefined) found.push(...shownDifferences(symbol, one, twin, instrument))
      found.push(...(await storedDifferences(read, symbol, twin, instrument)))
    }
    return found
  }
  return {
    get counts() {
      return {
        shown: all.reduce((sum, { shown }) => sum + shown.length, 0),
        missed: all.reduce((sum, { missed }) => sum + missed, 0),
        lost: client.counts.lost,
      }
    },
    differencesNow,
    differences: async (twin) => {
      const deadlineMs = Date.now() + REPAIR_MS
      for (;;) {
        const found = await differencesNow(twin)
        if (found.length === 0 || Date.now() > deadlineMs) return found
        await pause(AGAIN_MS)
      }
    },
    close: () => {
      client.close()
      read.close()
    },
  }
}

function follow(client: ExchangeClient, symbol: string): Followed {
  const trades = client.trades(symbol)
  const one: Followed = { book: client.book(symbol, DEPTH), trades, shown: [], missed: 0 }
  trades.onChange((change) => {
    one.shown.push(...change.trades.map(({ tradeId }) => Number(tradeId.slice(tradeId.lastIndexOf('-') + 1))))
    one.missed += change.missed
  })
  return one
}

function shownDifferences(symbol: string, one: Followed, twin: EmbeddedTwin, instrument: Instrument): string[] {
  const found: string[] = []
  const view = twin.book(symbol)
  const text = (side: readonly DepthLevel[]) =>
    side.slice(0, DEPTH).map((level) => levelText({ ...level, orders: level.orders ?? 0 }, instrument))
  const { book, shown } = one
  const has = [book.isCurrent, book.bids, book.asks]
  const should = [true, text(view.bids), text(view.asks)]
  if (!isDeepStrictEqual(has, should)) {
    found.push(`${symbol}: a follower's book is ${JSON.stringify(has)}, not ${JSON.stringify(should)}`)
  }
  const newest = twin.trades(symbol).length
  const wrong = shown.filter((number, i) => i > 0 && number <= shown[i - 1])
  if (wrong.length > 0)
    found.push(`${symbol}: trades were shown twice or late: ${wrong.slice(0, SHOWN_NUMBERS).join(', ')}`)
  if (newest > 0 && (shown.at(-1) !== newest || shown.length + one.missed !== newest - shown[0] + 1)) {
    const numbers = `${shown[0]} to ${shown.at(-1)}, ${shown.length} of them, ${one.missed} missed`
    found.push(`${symbol}: the trades that were shown are ${numbers}, not up to ${newest}`)
  }
  return found
}

async function storedDifferences(read: Api, symbol: string, twin: EmbeddedTwin, instrument: Instrument) {
  const found: string[] = []
  const trades = twin.trades(symbol)
  const candles = (await get(read, `/candles/${symbol}?interval=1m&limit=${PAGE}`)).candles as { count: number }[]
  const traded = candles.filter(({ count }) => count > 0).map((candle) => ({ ...candle, closed: true }))
  const expected = naiveCandles(trades, '1m').map((candle) => candleResource(candle, true, instrument))
  if (!isDeepStrictEqual(traded, expected)) {
    found.push(`${symbol}: the candles are ${JSON.stringify(traded)}, not ${JSON.stringify(expected)}`)
  }
  const fills = await countFills(read, symbol)
  if (fills !== 2 * trades.length) found.push(`${symbol}: ${fills} fills, not ${2 * trades.length}`)
  return found
}

/** All orders are of one account, so each trade has two. */
async function countFills(read: Api, symbol: string): Promise<number> {
  let count = 0
  for (let cursor = ''; ; ) {
    const page = await get(read, `/fills?symbol=${symbol}&sort=asc&limit=${PAGE}${cursor}`)
    count += page.fills.length
    if (typeof page.nextCursor !== 'string') return count
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
}

async function get(read: Api, path: string) {
  for (;;) {
    const { status, body } = await read.get(path)
    if (status === 200) return body
    if (status !== 503) throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`)
    await pause(AGAIN_MS)
  }
}
