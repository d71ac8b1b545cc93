/**
 * The candles of a symbol that continue the stored ones. They begin when somebody needs them: the newest candles are read,
 * and the trades that arrive meanwhile are kept. A trade that the newest candles contain is ignored. Until then nothing
 * has changed.
 */

import { CandleFold } from '../../marketdata/candle-fold.ts'
import type { IntervalCandle } from '../../protocol/candle.ts'
import type { Interval } from '../../protocol/candle-interval.ts'
import type { ShownTrade } from '../../protocol/trade-record.ts'
import type { StoredMarket } from './publisher-ports.ts'

const NONE: readonly IntervalCandle[] = []

export class JoinedCandles {
  private readonly symbol: string
  private readonly stored: Pick<StoredMarket, 'latest'>
  private fold: CandleFold | undefined
  /** Trades since the newest candles were asked for. undefined: nobody needs candles, or they have begun. */
  private gathered: ShownTrade[] | undefined
  private beginning: Promise<void> | undefined

  constructor(symbol: string, stored: Pick<StoredMarket, 'latest'>) {
    this.symbol = symbol
    this.stored = stored
  }

  take(trade: ShownTrade): void {
    if (this.fold !== undefined) this.fold.take(trade)
    else this.gathered?.push(trade)
  }

  /** The candles that have changed since the last call. */
  changed(): readonly IntervalCandle[] {
    return this.fold?.changed() ?? NONE
  }

  /**
   * The newest candle of an interval before the next change. Resolves in the same turn of the event loop, so that no
   * change is between both. Rejects if it cannot be read; the next call tries again.
   */
  async newest(name: Interval): Promise<IntervalCandle | undefined> {
    this.beginning ??= this.begin()
    await this.beginning
    return this.fold?.latest().find(({ interval }) => interval === name)
  }

  private async begin(): Promise<void> {
    this.gathered = []
    try {
      const latest = await this.stored.latest(this.symbol)
      const fold = new CandleFold()
      if (latest.length > 0) fold.restore(latest)
      for (const trade of this.gathered) fold.take(trade)
      this.fold = fold
    } catch (cause) {
      this.beginning = undefined
      throw cause
    } finally {
      this.gathered = undefined
    }
  }
}
