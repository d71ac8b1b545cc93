/**
 * Reads the fills of an account by time, from the rows that the recorder writes (fill-rows.ts). A row has all trades
 * of a symbol in a second, so the rows of a second are read together, and no other second is needed to sort them. A
 * trade is listed as soon as it is recorded, about a second after the match.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  addFills,
  encodeFillKey,
  endOfTrade,
  type Fill,
  type FillPage,
  type FillQuery,
  type FillReader,
  fillComesBefore,
  fillStart,
} from '../../ports/fill-reader.ts'
import { directionOf } from '../../ports/list-range.ts'
import type { Page } from '../../ports/order-reader.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import type { Item } from './dynamodb-items.ts'
import { DynamoTradeRows, type TradeName } from './dynamodb-trade-rows.ts'
import { type FillRow, FillRows } from './fill-rows.ts'

const ROWS_AT_ONCE = 50
/** Trades that are read at once: one request. */
const TRADES_AT_ONCE = 100
/** Trades that one filtered page looks at: 20 requests. Then it ends with a cursor. */
const LOOKED_AT_MAX = 2_000
/** Rows that one page of one symbol looks at, with those of other symbols: 40 requests. Then it ends with a cursor. */
const ROWS_LOOKED_AT_MAX = 2_000
/** After every symbol. */
const LAST_SYMBOL = '~'

interface Reading extends FillPage {
  readonly isAscending: boolean
  lookedAt: number
  rowsLookedAt: number
}

export class DynamoFills implements FillReader {
  private readonly fills: FillRows
  private readonly trades: DynamoTradeRows
  private readonly rowsMax: number

  constructor(
    client: DynamoDBClient,
    tables: { fills: string; trades: string },
    instruments: Instruments,
    rowsMax = ROWS_LOOKED_AT_MAX,
  ) {
    this.rowsMax = rowsMax
    this.fills = new FillRows(client, tables.fills)
    this.trades = new DynamoTradeRows(client, tables.trades, instruments)
  }

  async list(account: string, query: FillQuery): Promise<Page<Fill>> {
    const isAscending = query.sort === 'asc'
    const reading = { account, query, isAscending, start: fillStart(query), rows: [], lookedAt: 0, rowsLookedAt: 0 }
    let second: FillRow[] = []
    let startMs: number | undefined
    for await (const row of this.rowsOf(reading)) {
      if (startMs !== undefined && startMs !== row.startMs) {
        const next = (await this.readSecond(second, reading)) ?? this.endAfter(startMs, reading)
        if (next !== undefined) return { rows: reading.rows, next }
        second = []
      }
      startMs = row.startMs
      reading.rowsLookedAt++
      if ((query.symbol ?? row.symbol) === row.symbol) second.push(row)
    }
    const next = await this.readSecond(second, reading)
    return { rows: reading.rows, ...(next !== undefined && { next }) }
  }

  /** The rows in the time of the query, in its direction. */
  private async *rowsOf({ account, query, isAscending, start: after }: Reading): AsyncGenerator<FillRow> {
    const afterMs = after?.[0]
    const fromMs = Math.max(query.fromMs ?? 0, isAscending ? (afterMs ?? 0) : 0)
    const toMs = Math.min(query.toMs ?? Infinity, isAscending ? Infinity : (afterMs ?? Infinity))
    if (fromMs > toMs) return
    let start: Item | undefined
    do {
      const page = await this.fills.list(account, { fromMs, toMs, isAscending, start, limit: ROWS_AT_ONCE })
      yield* page.rows
      start = page.next
    } while (start !== undefined)
  }

  /** The cursor behind a second, if the page has looked at enough rows. */
  private endAfter(startMs: number, { isAscending, rowsLookedAt }: Reading): string | undefined {
    if (rowsLookedAt < this.rowsMax) return undefined
    return encodeFillKey(isAscending ? [startMs + 1_000, '', 0, 0] : [startMs - 1, LAST_SYMBOL, 0, 0])
  }

  /** Adds the fills of one second to the page. Returns the cursor if the page ends in it. */
  private async readSecond(second: readonly FillRow[], reading: Reading): Promise<string | undefined> {
    const { query, start } = reading
    for await (const trade of this.tradesOf(second, reading)) {
      const ends = endOfTrade(trade, query)
      if (start !== undefined && !fillComesBefore(start, ends, query)) continue
      const next = addFills(reading, trade)
      if (next !== undefined) return next
      if (++reading.lookedAt === LOOKED_AT_MAX) return encodeFillKey(ends)
    }
    return undefined
  }

  /** The trades of a second in the direction of the query. Those of one symbol are in the order of their numbers. */
  private async *tradesOf(second: readonly FillRow[], { query, start }: Reading): AsyncGenerator<TradeRecord> {
    const direction = directionOf(query.sort)
    const names = second.flatMap(({ symbol, tradeNumbers }) =>
      tradeNumbers.map((tradeNumber): TradeName => ({ symbol, tradeNumber })),
    )
    if (second.length > 1) {
      const trades = await this.trades.named(names)
      yield* trades.sort((a, b) => direction * compareTrades(b, a))
      return
    }
    // Trades before the page need not be read. The cursor may be of another symbol or second.
    const isHere = start !== undefined && start[1] === second[0]?.symbol && isWithin(start[0], second[0])
    const after = isHere ? start[2] : undefined
    const wanted = names
      .filter(({ tradeNumber }) => after === undefined || direction * (after - tradeNumber) >= 0)
      .sort((a, b) => direction * (b.tradeNumber - a.tradeNumber))
    for (let i = 0; i < wanted.length; i += TRADES_AT_ONCE) {
      const trades = await this.trades.named(wanted.slice(i, i + TRADES_AT_ONCE))
      yield* trades.sort((a, b) => direction * (b.tradeNumber - a.tradeNumber))
    }
  }
}

const isWithin = (timestampMs: number, { startMs }: FillRow): boolean =>
  timestampMs >= startMs && timestampMs < startMs + 1_000

function compareTrades(a: TradeRecord, b: TradeRecord): number {
  if (a.timestampMs !== b.timestampMs) return a.timestampMs - b.timestampMs
  return a.symbol === b.symbol ? a.tradeNumber - b.tradeNumber : a.symbol < b.symbol ? -1 : 1
}
