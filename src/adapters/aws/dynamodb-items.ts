/**
 * Orders and trades as rows of DynamoDB and back. Prices and quantities are exact decimal text, as in
 * the REST interface, so that people can read a scan. Absent, null and false values are left out. A row
 * stays under 1 KB, the unit of a write, unless an order has very many fills.
 */

import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Instruments } from '../../protocol/command/codec.ts'
import { tradeIdOf } from '../../protocol/event/events.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { TRADE_ECHO_FIELDS } from '../../protocol/order/echo-fields.ts'
import { type FieldsByName, NO_RECORDED_FIELDS } from '../../protocol/order/optional-fields.ts'
import { OPTIONAL_FIELDS, type OptionalField } from '../../protocol/order/order-fields.ts'
import { orderNameOf } from '../../protocol/order/order-name.ts'
import { isOpen, type OrderRecord, type TradeRecord } from '../../protocol/records.ts'
import { countSteps, formatSteps, formatStepsShort, type Lots, type Step, type Ticks } from '../../protocol/units.ts'
import { ENDED_ORDER_DAYS, SECONDS_PER_DAY, SHARDS_PER_KEY, TABLES } from './resources.ts'

export type Item = Record<string, AttributeValue>

export const text = (value: string): AttributeValue => ({ S: value })
export const number = (value: number): AttributeValue => ({ N: String(value) })

/** The key of an account's order. */
export const orderKey = (account: string, orderId: string): Item => ({
  [TABLES.orders.partitionKey.name]: text(orderNameOf(account, orderId)),
})

export const tradeKey = (symbol: string, tradeNumber: number): Item => ({
  [TABLES.trades.partitionKey.name]: text(`${symbol}#${tradeNumber % SHARDS_PER_KEY}`),
  [TABLES.trades.sortKey.name]: number(tradeNumber),
})

/** All attributes except the key and those that only the first writer has. */
export function orderAttributes(order: OrderRecord, instrument: Instrument): Item {
  const { tick, lot } = instrument
  const item: Item = {
    account: text(order.account),
    orderId: text(order.orderId),
    symbol: text(order.symbol),
    side: text(order.side),
    type: text(order.type),
    timeInForce: text(order.timeInForce),
    quantity: text(formatStepsShort(order.quantity, lot)),
    filled: text(formatStepsShort(order.filled, lot)),
    status: text(order.status),
    receivedAtMs: number(order.receivedAtMs),
    updatedAtMs: number(order.updatedAtMs),
    firstEvent: number(order.firstEvent),
    lastEvent: number(order.lastEvent),
  }
  if (order.price !== null) item.price = text(formatSteps(order.price, tick))
  for (const field of OPTIONAL_FIELDS) {
    const value = order[field.name]
    if (value == null || value === field.default) continue
    item[field.name] = attributeOf(field, value, instrument)
  }
  if (order.reason !== null) item.reason = text(order.reason)
  if (order.requestId !== null) item.requestId = text(order.requestId)
  if (order.placed !== null) {
    item.placedPrice = text(formatSteps(order.placed.price, tick))
    item.placedQuantity = text(formatStepsShort(order.placed.quantity, lot))
  }
  if (order.fills.length > 0) item.fills = { L: order.fills.map(number) }
  if (!isOpen(order.status)) {
    item[TABLES.orders.expiryAttribute] = number(
      Math.ceil(order.updatedAtMs / 1000) + ENDED_ORDER_DAYS * SECONDS_PER_DAY,
    )
  }
  return item
}

/** The record in a row. Throws RangeError if the row has no valid record. */
export function orderOf(item: Item, instruments: Instruments): OrderRecord {
  const symbol = textOf(item, 'symbol')
  const instrument = instrumentOf(instruments, symbol)
  const { tick, lot } = instrument
  const record: OrderRecord = {
    account: textOf(item, 'account'),
    orderId: textOf(item, 'orderId'),
    symbol,
    side: textOf(item, 'side') as OrderRecord['side'],
    type: textOf(item, 'type') as OrderRecord['type'],
    timeInForce: textOf(item, 'timeInForce') as OrderRecord['timeInForce'],
    price: item.price === undefined ? null : (stepsOf(item, 'price', tick) as Ticks),
    quantity: stepsOf(item, 'quantity', lot) as Lots,
    filled: stepsOf(item, 'filled', lot) as Lots,
    status: textOf(item, 'status') as OrderRecord['status'],
    reason: (item.reason?.S ?? null) as OrderRecord['reason'],
    receivedAtMs: numberOf(item, 'receivedAtMs'),
    updatedAtMs: numberOf(item, 'updatedAtMs'),
    firstEvent: numberOf(item, 'firstEvent'),
    lastEvent: numberOf(item, 'lastEvent'),
    fills: (item.fills?.L ?? []).map((value) => Number(value.N)),
    placed: placedOf(item, instrument),
    requestId: item.requestId?.S ?? null,
    ...NO_RECORDED_FIELDS,
  }
  const fields: FieldsByName = record
  for (const field of OPTIONAL_FIELDS) {
    if (item[field.name] !== undefined) fields[field.name] = valueIn(field, item, instrument)
  }
  return record
}

/** An optional field of an order as an attribute. */
function attributeOf(
  { kind }: OptionalField,
  value: string | number | boolean,
  { tick, lot }: Instrument,
): AttributeValue {
  switch (kind) {
    case 'flag':
      return { BOOL: value as boolean }
    case 'time':
      return number(value as number)
    case 'ticks':
      return text(formatSteps(value as number, tick))
    case 'lots':
      return text(formatStepsShort(value as number, lot))
    case 'word':
    case 'text':
      return text(value as string)
  }
}

/** The value in the attribute of an optional field. */
function valueIn(
  { name, kind }: { readonly name: string; readonly kind: OptionalField['kind'] },
  item: Item,
  { tick, lot }: Instrument,
): string | number | boolean {
  switch (kind) {
    case 'flag':
      return item[name]?.BOOL === true
    case 'time':
      return numberOf(item, name)
    case 'ticks':
      return stepsOf(item, name, tick)
    case 'lots':
      return stepsOf(item, name, lot)
    case 'word':
    case 'text':
      return textOf(item, name)
  }
}

export function tradeItem(trade: TradeRecord, instrument: Instrument): Item {
  const { tick, lot } = instrument
  const item: Item = {
    ...tradeKey(trade.symbol, trade.tradeNumber),
    tradeId: text(tradeIdOf(trade.symbol, trade.tradeNumber)),
    symbol: text(trade.symbol),
    eventNumber: number(trade.eventNumber),
    price: text(formatSteps(trade.price, tick)),
    quantity: text(formatStepsShort(trade.quantity, lot)),
    takerSide: text(trade.takerSide),
    makerAccount: text(trade.makerAccount),
    makerOrderId: text(trade.makerOrderId),
    takerAccount: text(trade.takerAccount),
    takerOrderId: text(trade.takerOrderId),
    timestampMs: number(trade.timestampMs),
  }
  for (const { field, name } of TRADE_ECHO_FIELDS) {
    const value = (trade as object as ValuesByName)[name]
    if (value !== undefined) item[name] = attributeOf(field, value, instrument)
  }
  return item
}

/** Fields of both orders that a trade repeats, by their names in the trade. */
type ValuesByName = Record<string, string | number | boolean | undefined>

/** The record in a row. Throws RangeError if the row has no valid record. */
export function tradeOf(item: Item, instruments: Instruments): TradeRecord {
  const symbol = textOf(item, 'symbol')
  const instrument = instrumentOf(instruments, symbol)
  const { tick, lot } = instrument
  const record: TradeRecord = {
    symbol,
    tradeNumber: numberOf(item, 'tradeNumber'),
    eventNumber: numberOf(item, 'eventNumber'),
    price: stepsOf(item, 'price', tick) as Ticks,
    quantity: stepsOf(item, 'quantity', lot) as Lots,
    takerSide: textOf(item, 'takerSide') as TradeRecord['takerSide'],
    makerAccount: textOf(item, 'makerAccount'),
    makerOrderId: textOf(item, 'makerOrderId'),
    takerAccount: textOf(item, 'takerAccount'),
    takerOrderId: textOf(item, 'takerOrderId'),
    timestampMs: numberOf(item, 'timestampMs'),
  }
  const values = record as object as ValuesByName
  for (const { field, name } of TRADE_ECHO_FIELDS) {
    if (item[name] !== undefined) values[name] = valueIn({ kind: field.kind, name }, item, instrument)
  }
  return record
}

export function textOf(item: Item, name: string): string {
  const value = item[name]?.S
  if (value === undefined) throw new RangeError(`a row without ${name}`)
  return value
}

export function numberOf(item: Item, name: string): number {
  const value = item[name]?.N
  if (value === undefined) throw new RangeError(`a row without ${name}`)
  return Number(value)
}

function placedOf(item: Item, { tick, lot }: Instrument): OrderRecord['placed'] {
  if (item.placedPrice === undefined) return null
  return {
    price: stepsOf(item, 'placedPrice', tick) as Ticks,
    quantity: stepsOf(item, 'placedQuantity', lot) as Lots,
  }
}

/** A filled quantity may be zero, which is no valid quantity of an order. */
function stepsOf(item: Item, name: string, step: Step): number {
  const value = textOf(item, name)
  if (/^0(\.0+)?$/.test(value)) return 0
  const count = countSteps(value, step)
  if (typeof count !== 'number') throw new RangeError(`${name} ${value}: ${count}`)
  return count
}

export function instrumentOf(instruments: Instruments, symbol: string): Instrument {
  const instrument = instruments.get(symbol)
  if (instrument === undefined) throw new RangeError(`a row of ${symbol}, which is no instrument`)
  return instrument
}
