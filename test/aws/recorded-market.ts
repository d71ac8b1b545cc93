/**
 * Stored trades in an emulated DynamoDB, and recorders that read a stream of them with faults: batches come again, are
 * lost, or are recorded by a process that has just begun.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { tradeItem } from '../../src/adapters/aws/dynamodb-items.ts'
import { DynamoMarks } from '../../src/adapters/aws/dynamodb-marks.ts'
import { DynamoRecorder } from '../../src/adapters/aws/dynamodb-recorder.ts'
import { DynamoTable } from '../../src/adapters/aws/dynamodb-table.ts'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { createTables } from '../../src/entrypoints/aws-local/resources.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'
import { INSTRUMENTS, listedInstruments } from '../contracts/sample-records.ts'
import type { Random } from '../e2e/random.ts'

const USED = ['trades', 'positions', 'candles', 'fills'] as const
export type MarketTableNames = Readonly<Record<(typeof USED)[number], string>>

/** Creates the tables of market data with a suffix, and returns their names. */
export async function createMarketTables(client: DynamoDBClient, suffix: string): Promise<MarketTableNames> {
  const named = USED.map((key) => [key, { ...TABLES[key], name: TABLES[key].name + suffix }] as const)
  await createTables(
    client,
    named.map(([, table]) => table),
  )
  return Object.fromEntries(named.map(([key, { name }]) => [key, name])) as MarketTableNames
}

/** What the matcher stores of a batch of one symbol before its events are in the stream. */
export async function storeTrades(client: DynamoDBClient, tables: MarketTableNames, trades: readonly TradeRecord[]) {
  const instruments = listedInstruments()
  const items = trades.map((trade) => {
    const instrument = instruments.get(trade.symbol)
    if (instrument === undefined) throw new Error(`no instrument ${trade.symbol}`)
    return tradeItem(trade, instrument)
  })
  await new DynamoTable(client, tables.trades).putAll(items)
}

let position = 0

/** What the matcher stores after them. */
export async function moveMark(client: DynamoDBClient, tables: MarketTableNames, { symbol, tradeNumber }: TradeRecord) {
  const mark = { position: String(++position).padStart(64, '0'), eventNumber: tradeNumber * 3, tradeNumber }
  await new DynamoMarks(client, tables.positions).advance(symbol, mark, { recordAtMs: 1 })
}

export const bySymbol = (trades: readonly TradeRecord[]): TradeRecord[][] => [
  ...trades
    .reduce(
      (groups, trade) => groups.set(trade.symbol, [...(groups.get(trade.symbol) ?? []), trade]),
      new Map<string, TradeRecord[]>(),
    )
    .values(),
]

export class FaultyRecorders {
  private readonly client: DynamoDBClient
  private readonly tables: MarketTableNames
  private readonly random: Random
  private recorders: DynamoRecorder[]
  private before: TradeRecord[][] = []

  constructor(client: DynamoDBClient, tables: MarketTableNames, random: Random) {
    this.client = client
    this.tables = tables
    this.random = random
    this.recorders = [this.start(), this.start()]
  }

  /** Stores and records the trades of one symbol; perhaps later, again, never, or by another process. */
  async take(trades: TradeRecord[]): Promise<void> {
    const { client, tables, random } = this
    await storeTrades(client, tables, trades)
    const isEarly = random.chance(0.5)
    if (!isEarly) await moveMark(client, tables, trades[trades.length - 1])
    if (random.chance(0.2)) this.recorders[random.below(2)] = this.start()
    if (random.chance(0.2)) await this.record(this.before[random.below(this.before.length || 1)] ?? trades)
    if (random.chance(0.8)) await this.record(trades)
    if (isEarly) await moveMark(client, tables, trades[trades.length - 1])
    this.before.push(trades)
  }

  /** As the notifier does for symbols that became quiet after a lost batch. */
  catchUp(symbols: readonly string[]): Promise<number> {
    return this.recorders[0].catchUp(symbols)
  }

  private record(trades: readonly TradeRecord[]): Promise<void> {
    return this.recorders[this.random.below(2)].record(trades[0].symbol, trades)
  }

  private start(): DynamoRecorder {
    return new DynamoRecorder(this.client, this.tables, INSTRUMENTS)
  }
}
