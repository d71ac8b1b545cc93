/** Reads the trades of a symbol, newest first. The trade number is the cursor. */

import type { TradeRecord } from '../protocol/records.ts'

export interface TradeReader {
  /** Trades with a number below `before`; without it, the newest. */
  list(symbol: string, limit: number, before?: number): Promise<TradeRecord[]>
}
