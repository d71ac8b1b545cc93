/** The trades of a symbol as a topic: the last ones, then each one. */

import type { ShownTrade } from '../../protocol/trade-record.ts'
import { tradesSnapshot, tradesUpdate } from '../messages/trade-messages.ts'
import type { SymbolChange, SymbolState, SymbolTopic } from './symbol-topic.ts'

/** Trades of a snapshot. */
export const RECENT_TRADES = 50

export class TradesTopic implements SymbolTopic {
  ready = false
  private readonly symbol: SymbolState
  /** The last trades, oldest first. */
  private recent: readonly ShownTrade[] = []
  private changed: readonly ShownTrade[] = []

  private readonly firstTrade: number

  /** Trades from number `firstTrade` on arrive as changes. */
  constructor(symbol: SymbolState, firstTrade: number) {
    this.symbol = symbol
    this.firstTrade = firstTrade
  }

  /** `stored`: the last trades, newest first, as they are listed. Those that arrive as changes may be in it. */
  begin(stored: readonly ShownTrade[]): void {
    const before = stored.filter(({ tradeNumber }) => tradeNumber < this.firstTrade).reverse()
    this.recent = [...before, ...this.recent].slice(-RECENT_TRADES)
    this.ready = true
  }

  take({ trades }: SymbolChange): boolean {
    this.changed = trades
    if (trades.length === 0) return false
    this.recent = [...this.recent, ...trades].slice(-RECENT_TRADES)
    return true
  }

  update(from: number, to: number): string {
    return tradesUpdate(this.symbol.instrument, this.changed, from, to)
  }

  snapshot(sequence: number): string {
    return tradesSnapshot(this.symbol.instrument, this.recent, sequence)
  }
}
