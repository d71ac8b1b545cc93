/**
 * Trades of a symbol, newest first. Trade numbers have no gaps, so a page is a range of numbers, and
 * each partition has every 16th of them. The newest is that of the symbol's mark. Trades beyond the mark are
 * not shown until their whole batch is published.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { TradeReader } from '../../ports/trade-reader.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { type Item, number, text, tradeOf } from './dynamodb-items.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { SHARDS_PER_KEY } from './resources.ts'

export class DynamoTrades implements TradeReader {
  private readonly trades: DynamoTable
  private readonly marks: DynamoMarks
  private readonly instruments: Instruments

  constructor(client: DynamoDBClient, tables: { trades: string; positions: string }, instruments: Instruments) {
    this.trades = new DynamoTable(client, tables.trades)
    this.marks = new DynamoMarks(client, tables.positions)
    this.instruments = instruments
  }

  async list(symbol: string, limit: number, before?: number): Promise<TradeRecord[]> {
    const newest = (await this.marks.mark(symbol))?.tradeNumber ?? 0
    const last = Math.min(newest, (before ?? Number.POSITIVE_INFINITY) - 1)
    const first = Math.max(1, last - limit + 1)
    if (last < first) return []
    const shards = Array.from(
      { length: Math.min(SHARDS_PER_KEY, last - first + 1) },
      (_, i) => (first + i) % SHARDS_PER_KEY,
    )
    const rows = await Promise.all(shards.map((shard) => this.range(`${symbol}#${shard}`, first, last)))
    return rows
      .flat()
      .map((item) => tradeOf(item, this.instruments))
      .sort((a, b) => b.tradeNumber - a.tradeNumber)
  }

  private async range(shard: string, first: number, last: number): Promise<Item[]> {
    const rows: Item[] = []
    let start: Item | undefined
    do {
      const { items, next } = await this.trades.query({
        KeyConditionExpression: 'symbolShard = :shard AND tradeNumber BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':shard': text(shard), ':first': number(first), ':last': number(last) },
        ...(start !== undefined && { ExclusiveStartKey: start }),
      })
      rows.push(...items)
      start = next
    } while (start !== undefined)
    return rows
  }
}
