/**
 * Keeps the fills and the candles, which are folds of the stored trades, equal to them: they are written in the
 * transaction of their trades. `folds` has, for each symbol, the number of the last trade that they contain.
 *
 * A file of a program that did not have them, or that was in between such a program's, has trades beyond that number.
 * Its symbols catch up in steps, each a transaction of its own; commits leave them out until then. Readers are told
 * (`isBehind`), because an answer from a part of the trades would be wrong.
 */

import type { Database } from 'lmdb'
import type { TradeRecord } from '../../../protocol/records.ts'
import { UnknownVersion } from '../../../protocol/versions.ts'
import type { StoredCandles } from './stored-candles.ts'
import { type FillRow, type FillRowKey, fillRows } from './stored-fills.ts'
import type { StoredTrades } from './stored-trades.ts'

/** Of the rows of fills and candles. They can be made again, but not by a program that does not know them. */
const FORMAT = 1
const VERSION = 'version'
/** Number of symbols that are behind. */
const BEHIND = 'behind'
const markOf = (symbol: string): string => `last/${symbol}`

/** A step of catching up: about 5 ms. */
export const TRADES_PER_STEP = 500

export interface FoldTables {
  // Tables are absent if a reader opens a file whose writer did not make them.
  readonly folds: Database<number, string> | undefined
  readonly fillRows: Database<FillRow, FillRowKey> | undefined
  readonly candles: StoredCandles
  readonly trades: StoredTrades
}

/** Throws UnknownVersion if a newer program wrote them. */
export function checkFolds(path: string, { folds }: Pick<FoldTables, 'folds'>): void {
  const version = folds?.get(VERSION) ?? FORMAT
  if (version !== FORMAT) throw new UnknownVersion(`the index of trades in ${path}`, version, FORMAT, FORMAT)
}

/** The last trade that the folds of a symbol contain; undefined: they are behind its stored trades. */
export function foldedUpTo(symbol: string, { folds, trades }: FoldTables): number | undefined {
  const last = folds?.get(markOf(symbol)) ?? 0
  return last === trades.lastNumber(symbol) ? last : undefined
}

/** Whether the fills of some trades are missing. */
export function isAnyBehind({ folds, trades }: Pick<FoldTables, 'folds' | 'trades'>): boolean {
  const behind = folds?.get(BEHIND)
  return behind === undefined ? trades.symbols().next().done !== true : behind > 0
}

/** The folds of some trades. */
export interface FoldStep {
  readonly trades: number
  /** Stores them, in a transaction of the caller. It does not fail between two rows. */
  put(): void
  /** The caller calls it after the transaction has ended. */
  ended(): void
}

export class TradeFolds {
  private readonly tables: FoldTables
  private readonly last = new Map<string, number>()
  private readonly behind = new Set<string>()

  /** Looks at each symbol. */
  constructor(tables: FoldTables) {
    this.tables = tables
    for (const symbol of tables.trades.symbols()) {
      const last = tables.folds?.get(markOf(symbol)) ?? 0
      this.last.set(symbol, last)
      if (last !== tables.trades.lastNumber(symbol)) this.behind.add(symbol)
    }
  }

  get symbolsBehind(): number {
    return this.behind.size
  }

  /** What the folds of new trades are. The caller stores the trades in the same transaction. */
  prepare(trades: readonly TradeRecord[]): FoldStep {
    const isFolded = ({ symbol }: TradeRecord): boolean => !this.behind.has(symbol)
    return this.step(this.behind.size === 0 ? trades : trades.filter(isFolded), this.behind.size)
  }

  /** The next step of a symbol that is behind. */
  nextStep(): FoldStep {
    const [symbol] = this.behind
    const trades: TradeRecord[] = []
    if (symbol === undefined) return this.step(trades, 0)
    for (const trade of this.tables.trades.allAfter(symbol, this.last.get(symbol) ?? 0)) {
      if (trades.push(trade) === TRADES_PER_STEP) break
    }
    const isLast = trades.length < TRADES_PER_STEP
    return this.step(trades, this.behind.size - (isLast ? 1 : 0), isLast ? symbol : undefined)
  }

  /** `behind`: symbols that are behind after it. `caughtUp`: the symbol that is not any more. */
  private step(trades: readonly TradeRecord[], behind: number, caughtUp?: string): FoldStep {
    const { folds, fillRows: fills, candles } = this.tables
    const bySymbol = new Map<string, TradeRecord[]>()
    for (const trade of trades) {
      const list = bySymbol.get(trade.symbol)
      if (list === undefined) bySymbol.set(trade.symbol, [trade])
      else list.push(trade)
    }
    const newFills = fillRows(trades)
    const newCandles = [...bySymbol].flatMap(([symbol, own]) => candles.rowsWith(symbol, own))
    const ends = [...bySymbol].map(([symbol, own]) => [symbol, own[own.length - 1].tradeNumber] as const)
    return {
      trades: trades.length,
      put: () => {
        for (const [key, row] of newFills) fills?.put(key, row)
        for (const [key, row] of newCandles) candles.put(key, row)
        for (const [symbol, last] of ends) folds?.put(markOf(symbol), last)
        this.putState(behind)
      },
      ended: () => {
        for (const [symbol, last] of ends) this.last.set(symbol, last)
        if (caughtUp !== undefined) this.behind.delete(caughtUp)
      },
    }
  }

  private putState(behind: number): void {
    const { folds } = this.tables
    if (folds?.get(VERSION) !== FORMAT) folds?.put(VERSION, FORMAT)
    if (folds?.get(BEHIND) !== behind) folds?.put(BEHIND, behind)
  }
}
