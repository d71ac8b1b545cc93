/**
 * Orders by account, and the first record of each. `enter` makes an order id unique: it is a conditional write,
 * before the order goes to the stream. Orders are listed by request. One row has the ids of all orders of a
 * request, so that a batch costs one more write and not one for each order. An order that was sent again is in
 * several rows. Only the row whose key is in the order's record counts.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BadCursor, isListedBy, type OrderQuery, type OrderReader, type Page } from '../../ports/order-reader.ts'
import type { Instruments } from '../../protocol/command/codec.ts'
import type { OrderRecord, TradeRecord } from '../../protocol/records.ts'
import {
  type Item,
  instrumentOf,
  number,
  orderAttributes,
  orderKey,
  orderOf,
  text,
  textOf,
  tradeKey,
  tradeOf,
} from './dynamodb-items.ts'
import { type ListPlace, listed, listTime } from './dynamodb-lists.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { LISTED_DAYS, SECONDS_PER_DAY, SHARDS_PER_KEY, TABLES } from './resources.ts'

export interface OrderTables {
  readonly orders: string
  readonly orderLists: string
  readonly trades: string
}

/** Records read for one page. A page of a rare status may end before it is full. */
const RECORDS_LOOKED_AT_MAX = 2_000
const RECORDS_PER_READ = 100

export class DynamoOrders implements OrderReader {
  private readonly orders: DynamoTable
  private readonly lists: DynamoTable
  private readonly trades: DynamoTable
  private readonly instruments: Instruments

  constructor(client: DynamoDBClient, tables: OrderTables, instruments: Instruments) {
    this.orders = new DynamoTable(client, tables.orders)
    this.lists = new DynamoTable(client, tables.orderLists)
    this.trades = new DynamoTable(client, tables.trades)
    this.instruments = instruments
  }

  async get(account: string, orderId: string): Promise<OrderRecord | undefined> {
    const item = await this.orders.get(orderKey(account, orderId))
    return item === undefined ? undefined : orderOf(item, this.instruments)
  }

  /** Orders by id. Unless the read is consistent, a change of the last moment may be missing. */
  async latest(account: string, orderIds: readonly string[], isConsistent: boolean): Promise<Map<string, OrderRecord>> {
    const keys = [...new Set(orderIds)].map((orderId) => orderKey(account, orderId))
    const items = await this.orders.getAll(keys, isConsistent)
    return new Map(items.map((item) => [textOf(item, 'orderId'), orderOf(item, this.instruments)]))
  }

  async fills(order: OrderRecord): Promise<TradeRecord[]> {
    const items = await this.trades.getAll(order.fills.map((tradeNumber) => tradeKey(order.symbol, tradeNumber)))
    return items.map((item) => tradeOf(item, this.instruments)).sort((a, b) => a.tradeNumber - b.tradeNumber)
  }

  async list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    const rows: OrderRecord[] = []
    let place = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    let lookedAt = 0
    for await (const places of inGroups(listed(this.lists, account, { ...query, after: place }), RECORDS_PER_READ)) {
      const records = await this.records(account, places)
      for (const each of places) {
        if (rows.length === query.limit || lookedAt === RECORDS_LOOKED_AT_MAX) {
          return { rows, next: encodeCursor(place as ListPlace) }
        }
        lookedAt++
        place = each
        const item = records.get(each.orderId)
        if (item === undefined || item.listKey?.S !== each.listKey) continue
        const order = orderOf(item, this.instruments)
        if (isListedBy(order, query)) rows.push(order)
      }
    }
    return { rows }
  }

  /** Writes the first record of an order. Returns undefined, or the record that already has the id. */
  async enter(order: OrderRecord, listKey: string): Promise<{ record: OrderRecord; listKey: string } | undefined> {
    const key = orderKey(order.account, order.orderId)
    const attributes = orderAttributes(order, instrumentOf(this.instruments, order.symbol))
    const present = await this.orders.putIf(
      `attribute_not_exists(${TABLES.orders.partitionKey.name})`,
      { ...key, ...attributes, listKey: text(listKey) },
      key,
    )
    // A row that an earlier attempt of this call wrote is no conflict.
    if (present === undefined || present.listKey?.S === listKey) return undefined
    return { record: orderOf(present, this.instruments), listKey: present.listKey?.S ?? '' }
  }

  /** Adds orders of an account to the row `listKey`, which may have them already. */
  async name(account: string, listKey: string, orderIds: readonly string[]): Promise<void> {
    const key = { [TABLES.orderLists.partitionKey.name]: text(listShardOf(account, listKey)), listKey: text(listKey) }
    const endsAt = Math.ceil(Number(listKey.slice(0, 15)) / 1000) + LISTED_DAYS * SECONDS_PER_DAY
    await this.lists.append(key, 'orderIds', orderIds, { [TABLES.orderLists.expiryAttribute]: number(endsAt) })
  }

  private async records(account: string, places: readonly ListPlace[]): Promise<Map<string, Item>> {
    const ids = [...new Set(places.map(({ orderId }) => orderId))]
    const items = await this.orders.getAll(ids.map((orderId) => orderKey(account, orderId)))
    return new Map(items.map((item) => [textOf(item, 'orderId'), item]))
  }
}

/** `000001769860800000#1f0c22aa`: newer rows are greater; the last digit chooses the partition. */
export const listKeyOf = (nowMs: number, random: string): string => `${listTime(nowMs)}#${random}`

export const listShardOf = (account: string, listKey: string): string =>
  `${account}#${Number.parseInt(listKey.slice(-1), 16) % SHARDS_PER_KEY}`

async function* inGroups<T>(source: AsyncIterable<T>, length: number): AsyncGenerator<T[]> {
  let group: T[] = []
  for await (const each of source) {
    group.push(each)
    if (group.length === length) {
      yield group
      group = []
    }
  }
  if (group.length > 0) yield group
}

function encodeCursor({ listKey, index }: ListPlace): string {
  return Buffer.from(`${listKey}#${index}`).toString('base64url')
}

function decodeCursor(cursor: string): ListPlace {
  const parts = /^(\d{15}#[0-9a-f]+)#(\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (parts === null) throw new BadCursor('the cursor is not one of this list')
  return { listKey: parts[1], index: Number(parts[2]), orderId: '' }
}
