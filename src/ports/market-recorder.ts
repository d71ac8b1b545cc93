/**
 * Stores what market data is read from, as events arrive: candles, and the fills of accounts. The stored trades are
 * the truth. What is recorded is a fold of them, so a recorder that has missed trades, or starts anew, continues from
 * what is stored and reads the trades between.
 */

import type { TradeRecord } from '../protocol/records.ts'

export interface MarketRecorder {
  /**
   * Records new trades of a symbol, which are stored already: successive numbers, oldest first. Trades may come again,
   * and trades before them may have been left out. An empty list is allowed. Symbols may be recorded side by side;
   * calls for one symbol take their turns.
   *
   * Throws OperationalFailure if something is not written; the same call may then be repeated. The work of one call is
   * bounded. What is left of a long gap is recorded with the next calls.
   */
  record(symbol: string, trades: readonly TradeRecord[]): Promise<void>
  /**
   * Compares symbols with the trades that are published, and records those that are missing, as many as one call may.
   * What was only gathered is written. For symbols that have become quiet after a lost batch. Returns how many trades
   * are still missing. Throws OperationalFailure.
   */
  catchUp(symbols: readonly string[]): Promise<number>
}
