/**
 * Candles and tickers of one machine, from the two places that have them: stored candles, and the trades in the memory
 * of the core that are not stored yet. The core is asked first and answers by commit. A commit that was stored between
 * both reads is in the stored candles as a whole, so its part is left out.
 */

import { longerCandles, tickerOf } from '../../../marketdata/joined-candles.ts'
import { windowStart } from '../../../marketdata/ticker.ts'
import type { CandleRange, MarketReader } from '../../../ports/market-reader.ts'
import type { Candle, IntervalCandle } from '../../../protocol/candle.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../../protocol/candle-interval.ts'
import type { Ticker } from '../../../protocol/ticker.ts'
import type { CoreClient } from './core-client.ts'
import type { CandlePart } from './core-messages.ts'
import type { ReaderClient } from './reader-client.ts'
import type { StoredMarket } from './stored-market.ts'

export class MarketDataReader implements MarketReader {
  private readonly core: Pick<CoreClient, 'ask'>
  private readonly stored: Pick<ReaderClient, 'ask'>

  constructor(core: Pick<CoreClient, 'ask'>, stored: Pick<ReaderClient, 'ask'>) {
    this.core = core
    this.stored = stored
  }

  async candles(symbol: string, interval: Interval, range: CandleRange): Promise<Candle[]> {
    const parts = await this.core.ask('candles', { symbol })
    const { fromMs, toMs } = range
    const stored = await this.stored.ask('candles', { symbol, interval, range })
    const all = withParts(stored, parts, interval).filter(({ startMs }) => startMs < toMs)
    const before = all.filter(({ startMs }) => startMs < fromMs)
    const within = longerCandles(all.slice(before.length), interval)
    return [...before.slice(-1), ...within]
  }

  /** The candles with trades in the last `limit` intervals up to the newest candle, by time. */
  async newest(symbol: string, interval: Interval, limit: number): Promise<Candle[]> {
    const newest = (await this.latest(symbol)).find((candle) => candle.interval === interval)
    if (newest === undefined) return []
    const fromMs = Math.max(0, newest.startMs - (limit - 1) * INTERVAL_MS[interval])
    const candles = await this.candles(symbol, interval, { fromMs, toMs: Number.MAX_SAFE_INTEGER })
    return candles.filter(({ startMs }) => startMs >= fromMs)
  }

  async latest(symbol: string): Promise<IntervalCandle[]> {
    const parts = await this.core.ask('candles', { symbol })
    const { lastTrade, candles } = await this.stored.ask('newest', { symbol })
    const newer = parts.filter(({ firstTrade }) => firstTrade > lastTrade).flatMap((part) => part.candles)
    const latest: IntervalCandle[] = []
    for (const interval of INTERVALS) {
      const own = [...candles, ...newer].filter((candle) => candle.interval === interval)
      const newest = longerCandles(own, interval).at(-1)
      if (newest !== undefined) latest.push({ ...newest, interval })
    }
    return latest
  }

  async ticker(symbol: string, nowMs: number): Promise<Ticker | undefined> {
    const parts = await this.core.ask('candles', { symbol })
    const all = withParts(await this.stored.ask('window', { symbol, nowMs }), parts, '1m')
    const fromMs = windowStart(nowMs)
    const before = all.filter(({ startMs }) => startMs < fromMs)
    return tickerOf(all.slice(before.length), before.at(-1))
  }
}

/** Stored candles and those of newer trades, by time. The last stored one may have a second part. */
function withParts({ lastTrade, candles }: StoredMarket, parts: readonly CandlePart[], interval: Interval): Candle[] {
  const newer = parts.filter(({ firstTrade }) => firstTrade > lastTrade).flatMap((part) => part.candles)
  const own = newer.filter((candle) => candle.interval === interval).sort((a, b) => a.startMs - b.startMs)
  return [...candles, ...own]
}
