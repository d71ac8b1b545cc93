/** An order and its fills as answers and messages show them: exact decimal text and RFC 3339 times. */

import { formatTimestamp } from '../entry/timestamps.ts'
import { tradeIdOf } from '../protocol/event/events.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import { AVERAGE_PRICE_DECIMALS_EXTRA } from '../protocol/limits.ts'
import { ECHO_FIELDS } from '../protocol/order/echo-fields.ts'
import {
  OPTIONAL_FIELDS,
  type OptionalField,
  type OptionalOrderFields,
  type RecordedOrderFields,
  requestNameOf,
} from '../protocol/order/order-fields.ts'
import { isOpen, type OrderRecord, type TradeRecord } from '../protocol/records.ts'
import { formatBigSteps, formatSteps, formatStepsShort, type Lots } from '../protocol/units.ts'

/** A row of `GET /orders`. */
export function orderSummary(order: OrderRecord, instrument: Instrument) {
  const { tick, lot } = instrument
  return {
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    price: order.price === null ? null : formatSteps(order.price, tick),
    quantity: formatStepsShort(order.quantity, lot),
    filledQuantity: formatStepsShort(order.filled, lot),
    // What may still be filled, as LeavesQty of FIX: nothing of a closed order.
    remainingQuantity: formatStepsShort((isOpen(order.status) ? order.quantity - order.filled : 0) as Lots, lot),
    status: order.status,
    reason: order.reason,
    ...optionalAnswers(OPTIONAL_FIELDS, order, instrument),
    receivedAt: formatTimestamp(order.receivedAtMs),
    updatedAt: formatTimestamp(order.updatedAtMs),
    sequence: order.lastEvent,
  }
}

/** The optional fields of an order. An absent field has its default, or null if it has no default. */
export function optionalAnswers(
  fields: readonly OptionalField[],
  order: OptionalOrderFields | RecordedOrderFields,
  instrument: Instrument,
): Readonly<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const field of fields) {
    const value = order[field.name] ?? field.default ?? null
    answers[requestNameOf(field)] = value === null ? null : answerOf(field, value, instrument)
  }
  return answers
}

function answerOf({ kind }: OptionalField, value: string | number | boolean, { tick, lot }: Instrument) {
  switch (kind) {
    case 'time':
      return formatTimestamp(value as number)
    case 'ticks':
      return formatSteps(value as number, tick)
    case 'lots':
      return formatStepsShort(value as number, lot)
    default:
      return value
  }
}

/** The whole order, with its fills. */
export function orderResource(order: OrderRecord, trades: readonly TradeRecord[], instrument: Instrument) {
  // The fields of this order, never those of the order that it traded with.
  const echo = optionalAnswers(ECHO_FIELDS, order, instrument)
  return {
    ...orderSummary(order, instrument),
    averagePrice: averagePrice(order, trades, instrument),
    fills: trades.map((trade) => ({
      tradeId: tradeIdOf(trade.symbol, trade.tradeNumber),
      price: formatSteps(trade.price, instrument.tick),
      quantity: formatStepsShort(trade.quantity, instrument.lot),
      liquidity: liquidityOf(order, trade),
      ...echo,
      timestamp: formatTimestamp(trade.timestampMs),
    })),
  }
}

function liquidityOf(order: OrderRecord, trade: TradeRecord): 'MAKER' | 'TAKER' {
  return trade.takerOrderId === order.orderId && trade.takerAccount === order.account ? 'TAKER' : 'MAKER'
}

/**
 * The mean price of the fills, weighted by quantity. It is exact, or rounded half up at the 12th decimal
 * after those of the tick. null before the first fill, and if not all fills are listed.
 */
export function averagePrice(order: OrderRecord, trades: readonly TradeRecord[], { tick }: Instrument): string | null {
  let quantity = 0n
  let value = 0n
  for (const trade of trades) {
    quantity += BigInt(trade.quantity)
    value += BigInt(trade.price) * BigInt(trade.quantity)
  }
  if (quantity === 0n || quantity !== BigInt(order.filled)) return null
  const scaled = value * BigInt(tick.multiple) * 10n ** BigInt(AVERAGE_PRICE_DECIMALS_EXTRA)
  const mean = (2n * scaled + quantity) / (2n * quantity)
  const text = formatBigSteps(mean, { decimals: tick.decimals + AVERAGE_PRICE_DECIMALS_EXTRA, multiple: 1 })
  return withDecimals(text, tick.decimals)
}

/** Pads a price to the decimals of the tick: `50000` becomes `50000.00`. */
function withDecimals(text: string, decimals: number): string {
  if (decimals === 0) return text
  const [whole, fraction = ''] = text.split('.')
  return `${whole}.${fraction.padEnd(decimals, '0')}`
}
