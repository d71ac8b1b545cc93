/**
 * The table of candles. Minutes, hours and days have rows, in ticks and lots; the other intervals are made of them.
 *
 *   SYMBOL#1m · SYMBOL#1h · SYMBOL#1d, start   a candle, as far as it is stored: its trades up to `lastTrade`
 *   SYMBOL#recorded, 0                         the last trade that the rows contain, and the minute of that trade
 *
 * A row is only replaced by one with a higher `lastTrade`. Its trades are always the first ones of its interval, so two
 * writers that have read the same trades write the same rows. The row of a minute is written when the minute is
 * complete, or when many trades have gathered; that of an hour or a day when it is complete. Rows are written before
 * the number of the last trade moves. So every minute, and every hour and day that was complete at that trade,
 * contains all trades up to it, and a minute may contain more.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { CandleRange } from '../../ports/market-reader.ts'
import type { Candle } from '../../protocol/candle.ts'
import type { Ticks } from '../../protocol/units.ts'
import { type Item, number, numberOf, text } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { TABLES } from './resources.ts'

export const STORED_INTERVALS = ['1m', '1h', '1d'] as const
export type StoredInterval = (typeof STORED_INTERVALS)[number]

/** How far the trades of a symbol are recorded. */
export interface Recorded {
  readonly lastTrade: number
  /** The start of the minute of that trade. */
  readonly minuteMs: number
}

const RECORDED = 'recorded'
const IF_NEWER = 'attribute_not_exists(#lastTrade) OR #lastTrade < :lastTrade'

export class CandleRows {
  private readonly table: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.table = new DynamoTable(client, table)
  }

  /** undefined: nothing is recorded. */
  async recorded(symbol: string): Promise<Recorded | undefined> {
    const item = await this.table.get(keyOf(symbol, RECORDED, 0))
    return item && { lastTrade: numberOf(item, 'lastTrade'), minuteMs: numberOf(item, 'minuteMs') }
  }

  async setRecorded(symbol: string, { lastTrade, minuteMs }: Recorded): Promise<void> {
    const attributes = { lastTrade: number(lastTrade), minuteMs: number(minuteMs) }
    await this.table.update(keyOf(symbol, RECORDED, 0), attributes, IF_NEWER)
  }

  async get(symbol: string, interval: StoredInterval, startMs: number): Promise<Candle | undefined> {
    const item = await this.table.get(keyOf(symbol, interval, startMs))
    return item && candleOf(item)
  }

  async put(symbol: string, interval: StoredInterval, candle: Candle): Promise<void> {
    await this.table.update(keyOf(symbol, interval, candle.startMs), attributesOf(candle), IF_NEWER)
  }

  /** The rows that start in [fromMs, toMs), by time. The caller bounds the range. */
  async list(symbol: string, interval: StoredInterval, { fromMs, toMs }: CandleRange): Promise<Candle[]> {
    if (fromMs >= toMs) return []
    const items = await this.table.queryAll({
      KeyConditionExpression: 'symbolInterval = :key AND startMs BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':key': text(`${symbol}#${interval}`),
        ':from': number(fromMs),
        ':to': number(toMs - 1),
      },
    })
    return items.map(candleOf)
  }

  /** The newest minute that starts before a time. */
  async minuteBefore(symbol: string, beforeMs: number): Promise<Candle | undefined> {
    const { items } = await this.table.query({
      KeyConditionExpression: 'symbolInterval = :key AND startMs < :before',
      ExpressionAttributeValues: { ':key': text(`${symbol}#1m`), ':before': number(beforeMs) },
      ScanIndexForward: false,
      Limit: 1,
    })
    return items.length === 0 ? undefined : candleOf(items[0])
  }
}

const keyOf = (symbol: string, interval: string, startMs: number): Item => ({
  [TABLES.candles.partitionKey.name]: text(`${symbol}#${interval}`),
  [TABLES.candles.sortKey.name]: number(startMs),
})

/** A number of DynamoDB has 38 digits; the largest sum, 2^84 a trade, has 38 after 10^12 trades. */
function attributesOf({ open, high, low, close, volume, quoteVolume, firstTrade, lastTrade }: Candle): Item {
  return {
    open: number(open),
    high: number(high),
    low: number(low),
    close: number(close),
    volume: { N: String(volume) },
    quoteVolume: { N: String(quoteVolume) },
    firstTrade: number(firstTrade),
    lastTrade: number(lastTrade),
  }
}

function candleOf(item: Item): Candle {
  const [firstTrade, lastTrade] = [numberOf(item, 'firstTrade'), numberOf(item, 'lastTrade')]
  return {
    startMs: numberOf(item, 'startMs'),
    open: numberOf(item, 'open') as Ticks,
    high: numberOf(item, 'high') as Ticks,
    low: numberOf(item, 'low') as Ticks,
    close: numberOf(item, 'close') as Ticks,
    volume: BigInt(item.volume.N as string),
    quoteVolume: BigInt(item.quoteVolume.N as string),
    // The trades of a symbol have no gaps in their numbers.
    count: lastTrade - firstTrade + 1,
    firstTrade,
    lastTrade,
  }
}
