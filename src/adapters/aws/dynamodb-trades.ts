/**
 * Trades of a symbol. Trade numbers have no gaps, so a page is a range of numbers. The newest is that of the
 * symbol's mark. Trades beyond the mark are not shown until their whole batch is published.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { TradeQuery, TradeReader } from '../../ports/trade-reader.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoTradeRows } from './dynamodb-trade-rows.ts'

export class DynamoTrades implements TradeReader {
  private readonly trades: DynamoTradeRows
  private readonly marks: DynamoMarks

  constructor(client: DynamoDBClient, tables: { trades: string; positions: string }, instruments: Instruments) {
    this.trades = new DynamoTradeRows(client, tables.trades, instruments)
    this.marks = new DynamoMarks(client, tables.positions)
  }

  async list(symbol: string, { limit, sort, before, after = 0, fromMs, toMs }: TradeQuery): Promise<TradeRecord[]> {
    const newest = (await this.marks.mark(symbol))?.tradeNumber ?? 0
    const [from, end] = await Promise.all([
      fromMs === undefined ? 1 : this.trades.numberAt(symbol, fromMs, newest),
      toMs === undefined ? newest + 1 : this.trades.numberAt(symbol, toMs, newest),
    ])
    const lowest = Math.max(from, after + 1)
    const highest = Math.min(newest, end - 1, (before ?? Number.POSITIVE_INFINITY) - 1)
    const first = sort === 'asc' ? lowest : Math.max(lowest, highest - limit + 1)
    const last = sort === 'asc' ? Math.min(highest, lowest + limit - 1) : highest
    const trades = await this.trades.between(symbol, first, last)
    return sort === 'asc' ? trades : trades.reverse()
  }
}
