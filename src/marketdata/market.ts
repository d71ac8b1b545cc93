/**
 * All market data of one symbol as folds of its events. Every part ignores what it contains already, so a state and the
 * events since before it may be joined: restore the parts, then take the events.
 */

import type { IntervalCandle } from '../protocol/candle.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import type { TradeRecord } from '../protocol/records.ts'
import { tradeRecord } from '../protocol/trade-record.ts'
import { CandleFold } from './candle-fold.ts'
import { DepthBook } from './depth-book.ts'
import { TickerWindow } from './ticker.ts'

/** Trades that a snapshot of the trades shows. */
export const RECENT_TRADES = 50

/** What has changed since the last look. The book is compared by its views. */
export interface MarketChange {
  /** Oldest first. */
  readonly trades: readonly TradeRecord[]
  readonly candles: readonly IntervalCandle[]
}

export class SymbolMarket implements EventFold {
  readonly symbol: string
  readonly book = new DepthBook()
  readonly candles = new CandleFold()
  readonly ticker = new TickerWindow()
  /** The last trades, oldest first. */
  recentTrades: readonly TradeRecord[] = []
  private trades: TradeRecord[] = []
  private lastTrade = 0

  constructor(symbol: string) {
    this.symbol = symbol
  }

  /** Continues the list of trades from the last ones. */
  restoreTrades(trades: readonly TradeRecord[]): void {
    this.recentTrades = trades.slice(-RECENT_TRADES)
    this.lastTrade = trades.at(-1)?.tradeNumber ?? 0
  }

  /** Takes the next event of the symbol. */
  take(event: EventCursor): void {
    this.book.take(event)
    if (event.kind !== 'TradeExecuted') return
    this.candles.take(event)
    if (event.tradeNumber <= this.lastTrade) return
    this.lastTrade = event.tradeNumber
    this.trades.push(tradeRecord(event))
  }

  /** Ends a batch of events. */
  settle(): void {
    this.book.settle()
  }

  /** What has changed since the last call; the ticker has the candles then. */
  takeChange(): MarketChange {
    const { trades } = this
    this.trades = []
    if (trades.length > 0) this.recentTrades = [...this.recentTrades, ...trades].slice(-RECENT_TRADES)
    const candles = this.candles.changed()
    for (const candle of candles) if (candle.interval === '1m') this.ticker.update(candle)
    return { trades, candles }
  }
}
