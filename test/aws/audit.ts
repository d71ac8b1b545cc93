/**
 * Compares the stored results with the order stream. The naive exchange applies the stream line by line. It must
 * give the orders and trades of the tables, the trades of the trade stream and the books in Redis.
 */

import { isDeepStrictEqual } from 'node:util'
import { Redis } from 'ioredis'
import { orderOf, tradeOf } from '../../src/adapters/aws/dynamodb-items.ts'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { decodeCommand } from '../../src/protocol/command/codec.ts'
import { DEMO_INSTRUMENTS, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { ReferenceExchange } from '../model/reference-exchange.ts'
import { tradeRecord } from '../model/trade-record.ts'
import type { LocalExchange } from './local-exchange.ts'
import { linesOf, type StreamLine, scan } from './stored-exchange.ts'

const INSTRUMENTS = new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, parseInstrument(text)]))
const VIEW_LEVELS = 100

export interface Audit {
  readonly differences: readonly string[]
  readonly orders: number
  readonly trades: number
  /** Lots bought and sold according to the order records. */
  readonly bought: bigint
  readonly sold: bigint
}

export async function audit(exchange: LocalExchange): Promise<Audit> {
  const differences: string[] = []
  const stored = (await scan(exchange.dynamodb, TABLES.orders.name)).map((item) => orderOf(item, INSTRUMENTS))
  const trades = (await scan(exchange.dynamodb, TABLES.trades.name)).map((item) => tradeOf(item, INSTRUMENTS))
  const commands = await linesOf(exchange.kinesis, STREAMS.orders.name)
  const published = await linesOf(exchange.kinesis, STREAMS.trades.name)
  const redis = new Redis(exchange.emulators.redis)
  for (const symbol of INSTRUMENTS.keys()) {
    const complain = (what: string) => void differences.push(`${symbol}: ${what}`)
    const naive = new ReferenceExchange(symbol)
    const made = replay(
      naive,
      commands.filter(({ key }) => key === symbol),
    )
    compareOrders(
      naive.records(),
      stored.filter((order) => order.symbol === symbol),
      complain,
    )
    compareTrades(
      made,
      trades.filter((trade) => trade.symbol === symbol),
      complain,
    )
    compareTradeStream(
      made,
      published.filter(({ key }) => key === symbol),
      complain,
    )
    const view = await new RedisBookCache(redis).view(symbol)
    const levels = (rows: readonly { price: number; total: number }[]) =>
      rows.slice(0, VIEW_LEVELS).map(({ price, total }) => ({ price, quantity: total }))
    const { bids, asks } = naive.book()
    if (!isDeepStrictEqual([view?.bids ?? [], view?.asks ?? []], [levels(bids), levels(asks)]))
      complain('the book in Redis differs')
  }
  redis.disconnect()
  const filled = (side: string) =>
    stored.reduce((sum, order) => (order.side === side ? sum + BigInt(order.filled) : sum), 0n)
  return { differences, orders: stored.length, trades: trades.length, bought: filled('BUY'), sold: filled('SELL') }
}

/** Skips a line with `again` if the stream already has its order. */
function replay(naive: ReferenceExchange, lines: readonly StreamLine[]): TradeRecord[] {
  const seen = new Set<string>()
  const trades: TradeRecord[] = []
  for (const { text, arrivedAtMs } of lines) {
    const command = decodeCommand(text, INSTRUMENTS)
    if (command.kind === 'PlaceOrder') {
      const key = `${command.account}/${command.orderId}`
      if (JSON.parse(text).again === true && seen.has(key)) continue
      seen.add(key)
    }
    for (const event of naive.apply(command, arrivedAtMs)) {
      if (event.kind === 'TradeExecuted') trades.push(tradeRecord(event))
    }
  }
  return trades
}

function compareOrders(made: readonly OrderRecord[], stored: readonly OrderRecord[], complain: (what: string) => void) {
  const byId = new Map(stored.map((order) => [order.orderId, order]))
  for (const order of made) {
    const kept = byId.get(order.orderId)
    // Ingest sets receivedAtMs before the stream sets the time of the record.
    if (kept === undefined || !isDeepStrictEqual({ ...kept, receivedAtMs: order.receivedAtMs }, order)) {
      complain(`order ${JSON.stringify(kept)} should be ${JSON.stringify(order)}`)
    }
  }
  if (made.length !== stored.length) complain(`${stored.length} orders stored, ${made.length} in the stream`)
}

function compareTrades(made: readonly TradeRecord[], stored: readonly TradeRecord[], complain: (what: string) => void) {
  const sorted = [...stored].sort((a, b) => a.tradeNumber - b.tradeNumber)
  if (!isDeepStrictEqual(sorted, made)) complain(`${stored.length} trades stored, ${made.length} expected; they differ`)
}

/** The trade stream has no gaps and is in order. A repeated trade has the same orders as the first copy. */
function compareTradeStream(
  made: readonly TradeRecord[],
  lines: readonly StreamLine[],
  complain: (what: string) => void,
) {
  let next = 1
  for (const { text } of lines) {
    const { tradeNumber, takerOrderId, makerOrderId } = JSON.parse(text)
    const trade = made[tradeNumber - 1]
    if (tradeNumber > next) complain(`the trade stream jumps from ${next - 1} to ${tradeNumber}`)
    if (trade?.takerOrderId !== takerOrderId || trade?.makerOrderId !== makerOrderId)
      complain(`the trade stream has ${text}`)
    next = Math.max(next, tradeNumber + 1)
  }
  if (next !== made.length + 1) complain(`the trade stream ends at ${next - 1} of ${made.length}`)
}
