/**
 * The fills of an account by time: an index of the table of trades.
 *
 *   fills   [account, start of a tenth of a second, symbol and number of the first] → symbol, number, milliseconds
 *           after the start, of each trade
 *
 * A row has the trades of one account in one commit and one tenth of a second, so an account that trades often costs a
 * row for each commit and not for each trade. Rows of one tenth may overlap, and those of two never do: a read sorts
 * the trades of a tenth, and needs to know no other.
 */

import type { Database } from 'lmdb'
import {
  addFills,
  encodeFillKey,
  endOfTrade,
  type Fill,
  type FillPage,
  type FillQuery,
  fillComesBefore,
  fillStart,
} from '../../../ports/fill-reader.ts'
import { directionOf, isWithin } from '../../../ports/list-range.ts'
import type { Page } from '../../../ports/order-reader.ts'
import type { Paced } from '../../../ports/paced.ts'
import type { TradeRecord } from '../../../protocol/records.ts'
import type { StoredTrades } from './stored-trades.ts'

export type FillRowKey = [account: string, startMs: number, symbol: string, tradeNumber: number]
/** Symbol, number and milliseconds of each trade. */
export type FillRow = (string | number)[]

const SPAN_MS = 100
const VALUES = 3
/** Trades in a row: about 1 KB. */
const ROW_TRADES = 64
const ROWS_PER_STEP = 50
/** Trades that are read in one step: each is in a row of up to 64. */
const TRADES_PER_STEP = 50
/** Trades that one filtered page looks at: about half a second, in steps. Then it ends with a cursor. */
const LOOKED_AT_MAX = 10_000

/** The rows of trades, which are in the order of the stream. */
export function fillRows(trades: readonly TradeRecord[]): [FillRowKey, FillRow][] {
  const rows: [FillRowKey, FillRow][] = []
  const open = new Map<string, [FillRowKey, FillRow]>()
  const add = (account: string, { symbol, tradeNumber, timestampMs }: TradeRecord): void => {
    const startMs = timestampMs - (timestampMs % SPAN_MS)
    let row = open.get(account)
    if (row === undefined || row[0][1] !== startMs || row[1].length === ROW_TRADES * VALUES) {
      row = [[account, startMs, symbol, tradeNumber], []]
      open.set(account, row)
      rows.push(row)
    }
    row[1].push(symbol, tradeNumber, timestampMs - startMs)
  }
  for (const trade of trades) {
    add(trade.makerAccount, trade)
    if (trade.takerAccount !== trade.makerAccount) add(trade.takerAccount, trade)
  }
  return rows
}

/** A trade of a row. */
type Place = readonly [timestampMs: number, symbol: string, tradeNumber: number]

export class StoredFills {
  // Absent if a reader opens a file whose writer did not make it.
  private readonly table: Database<FillRow, FillRowKey> | undefined
  private readonly trades: StoredTrades

  constructor(table: Database<FillRow, FillRowKey> | undefined, trades: StoredTrades) {
    this.table = table
    this.trades = trades
  }

  /**
   * A page of an account's fills. Each step seeks the key where the last one ended, so that no transaction stays open
   * between two steps. Throws BadCursor.
   */
  *page(account: string, query: FillQuery): Paced<Page<Fill>> {
    const reading = { account, query, start: fillStart(query), rows: [] as Fill[], lookedAt: 0 }
    let last: FillRowKey | undefined
    let span: Place[] = []
    for (;;) {
      const rows = this.rowsAfter(last, reading)
      for (const [key, row] of rows) {
        if (last !== undefined && key[1] !== last[1]) {
          const next = yield* this.readSpan(span, reading)
          if (next !== undefined) return { rows: reading.rows, next }
          span = []
        }
        last = key
        for (let i = 0; i < row.length; i += VALUES) {
          span.push([key[1] + (row[i + 2] as number), row[i] as string, row[i + 1] as number])
        }
      }
      if (rows.length < ROWS_PER_STEP) {
        const next = yield* this.readSpan(span, reading)
        return { rows: reading.rows, ...(next !== undefined && { next }) }
      }
      yield
    }
  }

  /** Adds the fills of one span to the page. Returns the cursor if the page ends in it. */
  private *readSpan(places: Place[], reading: Reading): Paced<string | undefined> {
    const { query, start } = reading
    const direction = directionOf(query.sort)
    const wanted = places.filter(([ms, symbol]) => isWithin(ms, query) && (query.symbol ?? symbol) === symbol)
    wanted.sort((a, b) => direction * (b[0] - a[0] || (a[1] < b[1] ? 1 : a[1] > b[1] ? -1 : 0) || b[2] - a[2]))
    for (const [ms, symbol, tradeNumber] of wanted) {
      // Trades before the page need not be read: their last fill is before it too.
      const ends = endOfTrade({ timestampMs: ms, symbol, tradeNumber }, query)
      if (start !== undefined && !fillComesBefore(start, ends, query)) continue
      if (reading.lookedAt > 0 && reading.lookedAt % TRADES_PER_STEP === 0) yield
      const trade = this.trades.find(symbol, tradeNumber)
      const next = trade === undefined ? undefined : addFills(reading, trade)
      if (next !== undefined) return next
      if (++reading.lookedAt === LOOKED_AT_MAX) return encodeFillKey(ends)
    }
    return undefined
  }

  /** Rows in the direction of the query, after a key or from its beginning on. */
  private rowsAfter(last: FillRowKey | undefined, { account, query, start }: Reading): [FillRowKey, FillRow][] {
    const isAscending = query.sort === 'asc'
    const spanOf = (ms: number): number => ms - (ms % SPAN_MS)
    const firstMs = Math.max(spanOf(query.fromMs ?? 0), isAscending && start !== undefined ? spanOf(start[0]) : 0)
    const newestMs = !isAscending && start !== undefined ? start[0] : Number.MAX_SAFE_INTEGER
    const lastMs = Math.min(query.toMs ?? Number.MAX_SAFE_INTEGER, newestMs)
    if (firstMs > lastMs) return []
    const low = [account, firstMs] as unknown as FillRowKey
    // After every key of its span.
    const high = [account, lastMs, '\uffff'] as unknown as FillRowKey
    // A range includes its start, and a key may not change while it is the end of a step.
    const range = isAscending ? { start: last ?? low, end: high } : { start: last ?? high, end: low, reverse: true }
    const skipped = last === undefined ? 0 : 1
    const rows = this.table?.getRange({ ...range, limit: ROWS_PER_STEP + skipped, offset: skipped }) ?? []
    return [...rows].map(({ key, value }) => [key, value])
  }
}

interface Reading extends FillPage {
  lookedAt: number
}
