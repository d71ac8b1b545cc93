/**
 * The table of trades: [symbol, number of the first] → successive trades, oldest first. A time is found by a
 * binary search over the numbers, about 30 rows for a billion trades, so that no range is scanned from its end.
 */

import type { Database } from 'lmdb'
import { selectTrades, type TradeQuery } from '../../../ports/trade-reader.ts'
import type { TradeRecord } from '../../../protocol/records.ts'

export type TradeKey = [symbol: string, firstNumber: number]

/** Storing a row for each trade would cost more than matching it. Reading one trade of a larger row costs little. */
export const TRADES_PER_ROW = 64

/** Trades as rows. Each row has one symbol, in the order of trade numbers. */
export function tradeRows(trades: readonly TradeRecord[]): TradeRecord[][] {
  const rows: TradeRecord[][] = []
  const open = new Map<string, TradeRecord[]>()
  for (const trade of trades) {
    let row = open.get(trade.symbol)
    if (row === undefined || row.length === TRADES_PER_ROW) {
      row = []
      open.set(trade.symbol, row)
      rows.push(row)
    }
    row.push(trade)
  }
  return rows
}

export class StoredTrades {
  // Absent if a reader opens a file whose writer did not make it.
  private readonly table: Database<TradeRecord[], TradeKey> | undefined

  constructor(table: Database<TradeRecord[], TradeKey> | undefined) {
    this.table = table
  }

  /** The caller bounds the limit. */
  list(symbol: string, query: TradeQuery): TradeRecord[] {
    const { limit, sort, fromMs, toMs } = query
    let { after = 0, before = Number.MAX_SAFE_INTEGER } = query
    if (fromMs !== undefined) after = Math.max(after, this.numberAt(symbol, fromMs) - 1)
    if (toMs !== undefined) before = Math.min(before, this.numberAt(symbol, toMs))
    const trades: TradeRecord[] = []
    if (after + 1 >= before) return trades
    for (const row of sort === 'asc' ? this.rowsFrom(symbol, after + 1) : this.rowsBefore(symbol, before)) {
      const [first] = row
      const isPast = sort === 'asc' ? first.tradeNumber >= before : first.tradeNumber + row.length - 1 <= after
      if (isPast) break
      trades.push(...selectTrades(row, { after, before, limit: limit - trades.length, ...(sort && { sort }) }))
      if (trades.length === limit) break
    }
    return trades
  }

  find(symbol: string, tradeNumber: number): TradeRecord | undefined {
    return this.rowAt(symbol, tradeNumber)?.find((trade) => trade.tradeNumber === tradeNumber)
  }

  /** The number of the last trade; 0: there is none. */
  lastNumber(symbol: string): number {
    return this.rowAt(symbol, Number.MAX_SAFE_INTEGER - 1)?.at(-1)?.tradeNumber ?? 0
  }

  /** Every trade of a symbol after a number, oldest first. */
  *allAfter(symbol: string, after: number): Generator<TradeRecord> {
    for (const row of this.rowsFrom(symbol, after + 1)) {
      for (const trade of row) if (trade.tradeNumber > after) yield trade
    }
  }

  /** Every symbol that has trades. */
  *symbols(): Generator<string> {
    let symbol = ''
    for (;;) {
      // The key after all trades of a symbol.
      const start = [symbol, Number.MAX_VALUE] as unknown as TradeKey
      const [next] = this.table?.getKeys({ start, limit: 1 }) ?? []
      if (next === undefined) return
      symbol = next[0]
      yield symbol
    }
  }

  /** The number of the first trade at a time or later; that after the last if there is none. */
  private numberAt(symbol: string, timestampMs: number): number {
    let low = 1
    for (let high = this.lastNumber(symbol) + 1; low < high; ) {
      const middle = Math.floor((low + high) / 2)
      const row = this.rowAt(symbol, middle)
      const first = row?.[0]
      const last = row?.at(-1)
      if (row === undefined || first === undefined || last === undefined) low = middle + 1
      else if (last.timestampMs < timestampMs) low = Math.max(middle, last.tradeNumber) + 1
      else if (first.timestampMs >= timestampMs) high = first.tradeNumber
      else return (row.find((trade) => trade.timestampMs >= timestampMs) as TradeRecord).tradeNumber
    }
    return low
  }

  /** The row that has a trade, or the last row before it. */
  private rowAt(symbol: string, tradeNumber: number): TradeRecord[] | undefined {
    const [row] = this.rowsBefore(symbol, tradeNumber + 1, 1)
    return row
  }

  /** Rows of trades that start below a number, newest first. */
  private rowsBefore(symbol: string, before: number, limit?: number): Iterable<TradeRecord[]> {
    // A range includes its start and excludes its end.
    const start = [symbol, before - 0.5] as TradeKey
    const range = { start, end: [symbol, 0] as TradeKey, reverse: true, ...(limit !== undefined && { limit }) }
    return this.table?.getRange(range).map(({ value }) => value) ?? []
  }

  /** Rows from the one that has a number on, oldest first. */
  private rowsFrom(symbol: string, from: number): Iterable<TradeRecord[]> {
    const [first = [symbol, from] as TradeKey] =
      this.table?.getKeys({ start: [symbol, from + 0.5] as TradeKey, end: [symbol, 0], reverse: true, limit: 1 }) ?? []
    const end = [symbol, Number.MAX_SAFE_INTEGER] as TradeKey
    return this.table?.getRange({ start: first, end }).map(({ value }) => value) ?? []
  }
}
