/** The folds of one symbol from its first event on, for tests that need all of them. */

import { CandleFold } from '../../src/marketdata/candle-fold.ts'
import { DepthBook } from '../../src/marketdata/depth-book.ts'
import { TickerWindow } from '../../src/marketdata/ticker.ts'
import type { IntervalCandle } from '../../src/protocol/candle.ts'
import type { EventCursor, EventFold } from '../../src/protocol/event/event-cursor.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import { tradeRecord } from '../../src/protocol/trade-record.ts'
import { RECENT_TRADES } from '../../src/websocket/topics/trades-topic.ts'

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

  constructor(symbol: string) {
    this.symbol = symbol
  }

  /** Takes the next event of the symbol. */
  take(event: EventCursor): void {
    this.book.take(event)
    if (event.kind !== 'TradeExecuted') return
    this.candles.take(event)
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
