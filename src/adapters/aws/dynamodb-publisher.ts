/**
 * Publishes events to DynamoDB and the streams. Trades are written first, so that no order shows a fill
 * that cannot be read. Then the instrument, the orders and the trade stream are written; then the stream of events, if
 * there is one, so that its readers find all rows; and the mark last. Each write may be repeated: a trade has the same
 * content under the same key, an order only replaces an older version, and readers of the streams recognize copies by
 * trade id and event number. Each changed order costs one write.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { inParallel } from '../../ports/in-parallel.ts'
import type { EnteredOrder, Mark, Publication, Publisher } from '../../ports/publisher.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { tradesAndMore } from '../../protocol/trade-record.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import { orderKey, tradeItem } from './dynamodb-items.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoOrderWriter } from './dynamodb-order-writer.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { tradeLines } from './trade-lines.ts'

export interface PublisherTables {
  readonly orders: string
  readonly trades: string
  readonly positions: string
  readonly instruments: string
}

/** The trade stream: lines of one symbol and one UTC day, in order. */
export interface TradeStream {
  append(symbol: string, lines: readonly string[]): Promise<void>
}

/** The stream of events: batches of the feed of one symbol, in order. */
export interface EventStream {
  append(symbol: string, batch: Uint8Array): Promise<void>
}

/** Orders written at once: 4,000 a second at 15 ms each. */
const ORDERS_IN_FLIGHT = 64
const NO_EVENTS = { trades: [], symbolEvent: 0 }

export class DynamoPublisher implements Publisher {
  private readonly orders: DynamoTable
  private readonly trades: DynamoTable
  private readonly marks: DynamoMarks
  private readonly instruments: DynamoInstruments
  private readonly stream: TradeStream
  private readonly eventStream: EventStream | undefined
  private readonly writer: DynamoOrderWriter

  /** Without `eventStream` there is neither live market data nor the table `orders` of the lake. */
  constructor(client: DynamoDBClient, tables: PublisherTables, stream: TradeStream, eventStream?: EventStream) {
    this.orders = new DynamoTable(client, tables.orders)
    this.trades = new DynamoTable(client, tables.trades)
    this.marks = new DynamoMarks(client, tables.positions)
    this.instruments = new DynamoInstruments(client, tables.instruments)
    this.stream = stream
    this.eventStream = eventStream
    this.writer = new DynamoOrderWriter(client, tables.orders)
  }

  get wantsEveryEvent(): boolean {
    return this.eventStream !== undefined
  }

  mark(symbol: string): Promise<Mark | undefined> {
    return this.marks.mark(symbol)
  }

  async entered(account: string, orderId: string): Promise<EnteredOrder | undefined> {
    const item = await this.orders.get(orderKey(account, orderId))
    return item === undefined ? undefined : { symbol: item.symbol.S as string, firstEvent: Number(item.firstEvent.N) }
  }

  async publish({ symbol, instrument, orders, events, mark, schedule }: Publication): Promise<void> {
    if (instrument !== undefined) {
      const { trades, symbolEvent } = events === undefined ? NO_EVENTS : tradesAndMore(events)
      await this.trades.putAll(trades.map(({ trade }) => tradeItem(trade, instrument)))
      // Both must settle before a failure is reported, because the records may change after that.
      const written = await Promise.allSettled([
        symbolEvent === 0 ? undefined : this.instruments.publish(instrument, symbolEvent),
        inParallel(orders, ORDERS_IN_FLIGHT, (order) => this.writer.write(order, instrument)),
        events === undefined || trades.length === 0 ? undefined : this.appendTrades(symbol, events, instrument),
      ])
      for (const each of written) if (each.status === 'rejected') throw each.reason
    }
    if (events !== undefined) await this.eventStream?.append(symbol, events)
    await this.marks.advance(symbol, mark, schedule)
  }

  private async appendTrades(symbol: string, events: Uint8Array, instrument: Instrument): Promise<void> {
    for (const lines of tradeLines(events, instrument)) await this.stream.append(symbol, lines)
  }
}
