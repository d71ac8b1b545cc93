/**
 * The table of fills: an index of the table of trades, by account and time.
 *
 *   account, SECOND#SYMBOL   the numbers of the trades of the account in this second, as a set
 *
 * Numbers are added to the set, so a write may be repeated. One write serves the trades of an account and symbol in a
 * second and a batch. A number has up to 9 bytes, so a row of 400 KB holds 40,000 trades a second of one account and
 * symbol: more than a symbol matches.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { inParallel } from '../../ports/in-parallel.ts'
import { TIMESTAMP_MS_MAX } from '../../protocol/limits.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import { type Item, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { TABLES } from './resources.ts'

const SECOND_MS = 1_000
/** Digits of a second: times end with the year 9999. */
const SECOND_DIGITS = 12
const WRITES_IN_FLIGHT = 64

export interface FillRow {
  /** The start of the second. */
  readonly startMs: number
  readonly symbol: string
  /** In no order. */
  readonly tradeNumbers: readonly number[]
}

export interface FillRowQuery {
  /** Times within the first and the last second. */
  readonly fromMs: number
  readonly toMs: number
  readonly isAscending: boolean
  /** `next` of the page before. */
  readonly start: Item | undefined
  readonly limit: number
}

export class FillRows {
  private readonly table: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.table = new DynamoTable(client, table)
  }

  /** Adds both fills of each trade. */
  async add(trades: readonly TradeRecord[]): Promise<void> {
    const rows = new Map<string, { key: Item; numbers: Set<string> }>()
    for (const { symbol, timestampMs, tradeNumber, makerAccount, takerAccount } of trades) {
      const second = secondOf(timestampMs)
      for (const account of [makerAccount, takerAccount]) {
        const name = `${second}#${symbol}`
        let row = rows.get(`${account}/${name}`)
        if (row === undefined) {
          row = { key: keyOf(account, name), numbers: new Set() }
          rows.set(`${account}/${name}`, row)
        }
        row.numbers.add(String(tradeNumber))
      }
    }
    await inParallel([...rows.values()], WRITES_IN_FLIGHT, async ({ key, numbers }) => {
      await this.table.change(key, {
        UpdateExpression: 'ADD #trades :numbers',
        ExpressionAttributeNames: { '#trades': 'trades' },
        ExpressionAttributeValues: { ':numbers': { NS: [...numbers] } },
      })
    })
  }

  /** Rows of an account by second, and within a second by symbol. */
  async list(account: string, query: FillRowQuery): Promise<{ rows: FillRow[]; next: Item | undefined }> {
    const { items, next } = await this.table.query({
      KeyConditionExpression: '#account = :account AND secondSymbol BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#account': TABLES.fills.partitionKey.name },
      ExpressionAttributeValues: {
        ':account': text(account),
        ':from': text(secondOf(query.fromMs)),
        // After every symbol of its second.
        ':to': text(`${secondOf(query.toMs)}$`),
      },
      ScanIndexForward: query.isAscending,
      Limit: query.limit,
      ...(query.start !== undefined && { ExclusiveStartKey: query.start }),
    })
    return { rows: items.map(rowOf), next }
  }
}

const secondOf = (timestampMs: number): string =>
  String(Math.floor(Math.min(timestampMs, TIMESTAMP_MS_MAX) / SECOND_MS)).padStart(SECOND_DIGITS, '0')

const keyOf = (account: string, name: string): Item => ({
  [TABLES.fills.partitionKey.name]: text(account),
  [TABLES.fills.sortKey.name]: text(name),
})

function rowOf(item: Item): FillRow {
  const [second, symbol] = textOf(item, TABLES.fills.sortKey.name).split('#')
  return { startMs: Number(second) * SECOND_MS, symbol, tradeNumbers: (item.trades?.NS ?? []).map(Number) }
}
