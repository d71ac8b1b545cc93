/**
 * The candles of the trades of one commit, by symbol. They are made when somebody reads them, from the trades since
 * the last read, so that a trade costs nothing here if nobody reads.
 */

import { CandleFold } from '../marketdata/candle-fold.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import type { IntervalCandle } from '../protocol/candle.ts'
import type { TradeRecord } from '../protocol/records.ts'

/** Candles of some successive trades of a symbol. */
export interface PartialCandles {
  readonly firstTrade: number
  readonly lastTrade: number
  /** Of every interval. */
  readonly candles: readonly IntervalCandle[]
}

interface SymbolCandles {
  readonly fold: CandleFold
  /** Trades that the fold has. */
  taken: number
  /** By interval and start. */
  readonly candles: Map<string, IntervalCandle>
}

export class UncommittedCandles {
  private readonly bySymbol = new Map<string, SymbolCandles>();

  /** The candles of all these trades, which only ever get longer. undefined: there are none. */
  *of(symbol: string, trades: readonly TradeRecord[]): Paced<PartialCandles | undefined> {
    const known = this.bySymbol.get(symbol) ?? { fold: new CandleFold(), taken: 0, candles: new Map() }
    this.bySymbol.set(symbol, known)
    while (known.taken < trades.length) {
      const end = Math.min(trades.length, known.taken + ENTRIES_PER_STEP)
      while (known.taken < end) known.fold.take(trades[known.taken++])
      for (const candle of known.fold.changed()) known.candles.set(`${candle.interval} ${candle.startMs}`, candle)
      if (known.taken < trades.length) yield
    }
    if (trades.length === 0) return undefined
    return { firstTrade: trades[0].tradeNumber, lastTrade: known.fold.lastTrade, candles: [...known.candles.values()] }
  }
}
