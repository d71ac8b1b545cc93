/** Reads the trades of a symbol, newest first; trade numbers are the cursor. */

import type { TradeRecord } from '../protocol/records.ts'

export interface TradeReader {
  /** Trades with a number below `before`, or the newest. */
  list(symbol: string, limit: number, before?: number): Promise<TradeRecord[]>
}
