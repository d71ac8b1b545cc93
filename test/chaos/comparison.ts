/**
 * Compares what the AWS runtime has stored with the embedded exchange that was given the same records: each order, each
 * trade, the stream of trades, the instruments, the whole book in Redis and the one that clients see.
 */

import { isDeepStrictEqual } from 'node:util'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoInstruments } from '../../src/adapters/aws/dynamodb-instruments.ts'
import { orderOf, tradeOf } from '../../src/adapters/aws/dynamodb-items.ts'
import { DynamoPublisher } from '../../src/adapters/aws/dynamodb-publisher.ts'
import { RedisBookCache } from '../../src/adapters/aws/redis-book-cache.ts'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { hashBook } from '../../src/engine/state-hash.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import { type LoadPorts, loadSymbol } from '../../src/shard/symbol-recovery.ts'
import { linesOf, type StreamLine, scan } from '../aws/stored-exchange.ts'
import type { ChaosWorld } from './chaos-world.ts'
import type { Load } from './client-load.ts'
import type { EmbeddedTwin } from './embedded-twin.ts'

type Complain = (what: string) => void

/** What is wrong, if anything. */
export async function differences(
  { stack, redis }: Pick<ChaosWorld, 'stack' | 'redis'>,
  twin: EmbeddedTwin,
  load: Pick<Load, 'acknowledged'>,
): Promise<string[]> {
  const found: string[] = []
  const complain: Complain = (what) => void found.push(what)
  const orders = await orderRows(stack.dynamodb, twin)
  compareOrders(twin, orders, complain)
  compareAcknowledged(orders, load.acknowledged, complain)
  const trades = await scan(stack.dynamodb, TABLES.trades.name)
  const published = await linesOf(stack.kinesis, STREAMS.trades.name)
  const cache = new RedisBookCache(redis)
  const publisher = new DynamoPublisher(stack.dynamodb, tableNames(), { append: async () => {} })
  for (const symbol of twin.instruments.keys()) {
    const of: Complain = (what) => complain(`${symbol}: ${what}`)
    const expected = twin.trades(symbol)
    const stored = trades.filter((item) => item.symbol.S === symbol).map((item) => tradeOf(item, twin.instruments))
    compareTrades(expected, stored, of)
    const lines = published.filter(({ key }) => key === symbol)
    compareTradeStream(expected, lines, of)
    await compareBook(symbol, twin, { cache, publisher }, of)
  }
  await compareInstruments(stack.dynamodb, twin, complain)
  return found
}

/** The rows of orders. Throws RangeError if a row is none. */
async function orderRows(dynamodb: DynamoDBClient, { instruments }: EmbeddedTwin): Promise<OrderRecord[]> {
  return (await scan(dynamodb, TABLES.orders.name)).map((item) => orderOf(item, instruments))
}

function compareOrders(twin: EmbeddedTwin, orders: readonly OrderRecord[], complain: Complain): void {
  for (const order of orders) {
    const expected = twin.find(order.account, order.orderId)
    if (expected === undefined) {
      complain(`order ${order.orderId} is stored as ${order.status}, but is not in the stream`)
      continue
    }
    // Order entry sets this time before the stream sets the time of the record.
    const { receivedAtMs } = order
    if (!isDeepStrictEqual(order, { ...expected, receivedAtMs }))
      complain(`order ${json(order)} should be ${json(expected)}`)
  }
  if (orders.length !== twin.counts.orders) complain(`${orders.length} orders, not ${twin.counts.orders}`)
}

function compareAcknowledged(orders: readonly OrderRecord[], acknowledged: ReadonlySet<string>, complain: Complain) {
  const stored = new Set(orders.map(({ orderId }) => orderId))
  for (const orderId of acknowledged)
    if (!stored.has(orderId)) complain(`order ${orderId} was acknowledged and is lost`)
}

function compareTrades(expected: readonly TradeRecord[], stored: TradeRecord[], complain: Complain): void {
  stored.sort((a, b) => a.tradeNumber - b.tradeNumber)
  expected.forEach((trade, i) => {
    if (!isDeepStrictEqual(stored[i], trade)) complain(`trade ${json(stored[i])} should be ${json(trade)}`)
  })
  if (stored.length !== expected.length) complain(`${stored.length} trades, not ${expected.length}`)
}

/** The stream of trades has no gaps and is in order. A repeated trade has the same orders as the first copy. */
function compareTradeStream(expected: readonly TradeRecord[], lines: readonly StreamLine[], complain: Complain): void {
  let next = 1
  for (const { text } of lines) {
    const { tradenumber: tradeNumber, takerorderid: takerOrderId, makerorderid: makerOrderId } = JSON.parse(text)
    const trade = expected[tradeNumber - 1]
    if (tradeNumber > next) complain(`the stream of trades jumps from ${next - 1} to ${tradeNumber}`)
    if (trade?.takerOrderId !== takerOrderId || trade?.makerOrderId !== makerOrderId)
      complain(`the stream of trades has ${text}`)
    next = Math.max(next, tradeNumber + 1)
  }
  if (next !== expected.length + 1) complain(`the stream of trades ends at ${next - 1} of ${expected.length}`)
}

/** The view that clients see, and order by order what the next matcher would load. */
async function compareBook(symbol: string, twin: EmbeddedTwin, ports: LoadPorts, complain: Complain): Promise<void> {
  const view = await ports.cache.view(symbol).catch(String)
  if (!isDeepStrictEqual(view, twin.book(symbol))) complain(`book ${json(view)} should be ${json(twin.book(symbol))}`)
  const held = await loadSymbol(symbol, ports).catch(String)
  const hash = typeof held === 'string' ? held : hashBook(held.replica.matcher.book)
  if (hash !== twin.bookHash(symbol)) complain(`the book in Redis is ${hash}, not ${twin.bookHash(symbol)}`)
}

async function compareInstruments(dynamodb: DynamoDBClient, { instruments }: EmbeddedTwin, complain: Complain) {
  const listed = await new DynamoInstruments(dynamodb, TABLES.instruments.name).all()
  for (const instrument of listed) {
    const expected = instruments.get(instrument.symbol)
    if (!isDeepStrictEqual(instrument, expected)) complain(`instrument ${json(instrument)} should be ${json(expected)}`)
  }
  if (listed.length !== instruments.size) complain(`${listed.length} instruments, not ${instruments.size}`)
}

const tableNames = () => ({
  orders: TABLES.orders.name,
  trades: TABLES.trades.name,
  positions: TABLES.positions.name,
  instruments: TABLES.instruments.name,
})

const json = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
