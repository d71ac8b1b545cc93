/**
 * Trades of a symbol. Trade numbers have no gaps, so a page is a range of numbers, and
 * each partition has every 16th of them. The newest is that of the symbol's mark. Trades beyond the mark are
 * not shown until their whole batch is published.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { directionOf } from '../../ports/list-range.ts'
import type { TradeQuery, TradeReader } from '../../ports/trade-reader.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { type Item, number, numberOf, text, tradeKey, tradeOf } from './dynamodb-items.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { SHARDS_PER_KEY } from './resources.ts'

/** Trades that one round of the search for a time reads. */
const PROBES = 15

export class DynamoTrades implements TradeReader {
  private readonly trades: DynamoTable
  private readonly marks: DynamoMarks
  private readonly instruments: Instruments

  constructor(client: DynamoDBClient, tables: { trades: string; positions: string }, instruments: Instruments) {
    this.trades = new DynamoTable(client, tables.trades)
    this.marks = new DynamoMarks(client, tables.positions)
    this.instruments = instruments
  }

  async list(symbol: string, { limit, sort, before, after = 0, fromMs, toMs }: TradeQuery): Promise<TradeRecord[]> {
    const newest = (await this.marks.mark(symbol))?.tradeNumber ?? 0
    const [from, end] = await Promise.all([
      fromMs === undefined ? 1 : this.numberAt(symbol, fromMs, newest),
      toMs === undefined ? newest + 1 : this.numberAt(symbol, toMs, newest),
    ])
    const lowest = Math.max(from, after + 1)
    const highest = Math.min(newest, end - 1, (before ?? Number.POSITIVE_INFINITY) - 1)
    const first = sort === 'asc' ? lowest : Math.max(lowest, highest - limit + 1)
    const last = sort === 'asc' ? Math.min(highest, lowest + limit - 1) : highest
    if (last < first) return []
    const shards = Array.from(
      { length: Math.min(SHARDS_PER_KEY, last - first + 1) },
      (_, i) => (first + i) % SHARDS_PER_KEY,
    )
    const rows = await Promise.all(shards.map((shard) => this.range(`${symbol}#${shard}`, first, last)))
    return rows
      .flat()
      .map((item) => tradeOf(item, this.instruments))
      .sort((a, b) => directionOf(sort) * (b.tradeNumber - a.tradeNumber))
  }

  /**
   * The number of the first trade at a time or later, up to `newest` + 1. Each round reads a few trades at equal
   * distances, so that a billion trades take 8 rounds.
   */
  private async numberAt(symbol: string, timestampMs: number, newest: number): Promise<number> {
    let low = 1
    let high = newest + 1
    while (low < high) {
      const step = Math.max(1, Math.ceil((high - low) / (PROBES + 1)))
      const probes: number[] = []
      for (let probe = Math.min(low + step - 1, high - 1); probe < high; probe += step) probes.push(probe)
      const items = await this.trades.getAll(probes.map((probe) => tradeKey(symbol, probe)))
      const times = new Map(items.map((item) => [numberOf(item, 'tradeNumber'), numberOf(item, 'timestampMs')]))
      for (const probe of probes) {
        if ((times.get(probe) ?? 0) < timestampMs) low = probe + 1
        else {
          high = probe
          break
        }
      }
    }
    return low
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
