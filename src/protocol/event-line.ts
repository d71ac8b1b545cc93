/**
 * Events as text: one JSON object per line, prices and quantities as exact decimal text. Fields have the order
 * of docs/reference/events.md. Fields that do not apply are absent.
 */

import { TRADE_ECHO_FIELDS } from './echo-fields.ts'
import type { Event, OrderAccepted, OrderRejected, TradeExecuted } from './events.ts'
import type { Instrument } from './instrument.ts'
import { encodeOptionalFields, encodeValue } from './order-field-codec.ts'
import { hasOptionalFields, type OptionalOrderFields } from './order-fields.ts'
import { formatSteps, formatStepsShort } from './units.ts'

/**
 * One line of JSON, without the newline. The frequent kinds are hand-written for speed. Names and words need no
 * escapes, because their patterns in limits.ts allow no quote, backslash or control character.
 */
export function encodeEvent(event: Event, instrument: Instrument): string {
  switch (event.kind) {
    case 'OrderAccepted':
    case 'OrderRejected':
      return encodeOrder(event, instrument)
    case 'TradeExecuted':
      return encodeTrade(event, instrument)
    case 'OrderCanceled': {
      const quantity = formatStepsShort(event.quantity, instrument.lot)
      const line = `${headOf(event)},"account":"${event.account}","orderId":"${event.orderId}"`
      const echo = encodeOptionalFields(event as OptionalOrderFields, instrument)
      return `${line},"reason":"${event.reason}","quantity":"${quantity}"${echo}}`
    }
    case 'OrderAmended': {
      const { price, quantity } = event
      return JSON.stringify({
        ...event,
        price: formatSteps(price, instrument.tick),
        quantity: formatStepsShort(quantity, instrument.lot),
      })
    }
    case 'PriceBandSet': {
      const { low, high } = event
      return JSON.stringify({
        ...event,
        ...(low !== undefined && { low: formatSteps(low, instrument.tick) }),
        ...(high !== undefined && { high: formatSteps(high, instrument.tick) }),
      })
    }
    default:
      return JSON.stringify(event)
  }
}

function headOf({ kind, symbol, number, timestampMs, requestId }: Event): string {
  const head = `{"kind":"${kind}","symbol":"${symbol}","number":${number},"timestampMs":${timestampMs}`
  return requestId === undefined ? head : `${head},"requestId":${JSON.stringify(requestId)}`
}

function encodeOrder(event: OrderAccepted | OrderRejected, instrument: Instrument): string {
  let line = headOf(event)
  line += `,"account":"${event.account}","orderId":"${event.orderId}","side":"${event.side}","type":"${event.type}"`
  line += `,"timeInForce":"${event.timeInForce}","quantity":"${formatStepsShort(event.quantity, instrument.lot)}"`
  if (event.price !== undefined) line += `,"price":"${formatSteps(event.price, instrument.tick)}"`
  if (hasOptionalFields(event)) line += encodeOptionalFields(event, instrument)
  if (event.kind === 'OrderRejected') line += `,"reason":"${event.reason}"`
  return `${line}}`
}

function encodeTrade(event: TradeExecuted, instrument: Instrument): string {
  const { tick, lot } = instrument
  let line = headOf(event)
  line += `,"tradeNumber":${event.tradeNumber},"price":"${formatSteps(event.price, tick)}"`
  line += `,"quantity":"${formatStepsShort(event.quantity, lot)}","takerSide":"${event.takerSide}"`
  line += `,"makerAccount":"${event.makerAccount}","makerOrderId":"${event.makerOrderId}"`
  line += `,"takerAccount":"${event.takerAccount}","takerOrderId":"${event.takerOrderId}"`
  for (const { field, name } of TRADE_ECHO_FIELDS) {
    const value = (event as object as Readonly<Record<string, string | undefined>>)[name]
    if (value !== undefined) line += `,"${name}":${encodeValue(field.kind, value, instrument)}`
  }
  return `${line}}`
}
