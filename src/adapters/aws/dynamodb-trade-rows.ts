/** Rows of trades by their numbers, which have no gaps: each of 16 partitions has every 16th of them. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { type Item, number, numberOf, text, tradeKey, tradeOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { SHARDS_PER_KEY } from './resources.ts'

/** Trades that one round of the search for a time reads. */
const PROBES = 15

/** A trade by its symbol and number. */
export interface TradeName {
  readonly symbol: string
  readonly tradeNumber: number
}

export class DynamoTradeRows {
  private readonly table: DynamoTable
  private readonly instruments: Instruments

  constructor(client: DynamoDBClient, table: string, instruments: Instruments) {
    this.table = new DynamoTable(client, table)
    this.instruments = instruments
  }

  /** The trades from `first` to `last`, oldest first. The caller bounds the range. */
  async between(symbol: string, first: number, last: number): Promise<TradeRecord[]> {
    if (last < first) return []
    const shards = Array.from(
      { length: Math.min(SHARDS_PER_KEY, last - first + 1) },
      (_, i) => (first + i) % SHARDS_PER_KEY,
    )
    const rows = await Promise.all(shards.map((shard) => this.range(`${symbol}#${shard}`, first, last)))
    return rows
      .flat()
      .map((item) => tradeOf(item, this.instruments))
      .sort((a, b) => a.tradeNumber - b.tradeNumber)
  }

  /** The trades of these names, in no order. */
  async named(names: readonly TradeName[]): Promise<TradeRecord[]> {
    const items = await this.table.getAll(names.map(({ symbol, tradeNumber }) => tradeKey(symbol, tradeNumber)))
    return items.map((item) => tradeOf(item, this.instruments))
  }

  /**
   * The number of the first trade at a time or later, up to `newest` + 1. Each round reads a few trades at equal
   * distances, so that a billion trades take 8 rounds.
   */
  async numberAt(symbol: string, timestampMs: number, newest: number): Promise<number> {
    let low = 1
    let high = newest + 1
    while (low < high) {
      const step = Math.max(1, Math.ceil((high - low) / (PROBES + 1)))
      const probes: number[] = []
      for (let probe = Math.min(low + step - 1, high - 1); probe < high; probe += step) probes.push(probe)
      const items = await this.table.getAll(probes.map((probe) => tradeKey(symbol, probe)))
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
    return this.table.queryAll({
      KeyConditionExpression: 'symbolShard = :shard AND tradeNumber BETWEEN :first AND :last',
      ExpressionAttributeValues: { ':shard': text(shard), ':first': number(first), ':last': number(last) },
    })
  }
}
