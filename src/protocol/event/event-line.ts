/**
 * Events as text: one JSON object per line, prices and quantities as exact decimal text. Fields have the order
 * of docs/reference/events.md. Fields that do not apply are absent. The text is written from the cursor; the
 * frequent kinds need no object.
 */

import type { Instrument } from '../instrument/instrument.ts'
import { TRADE_ECHO_FIELDS, tradeEchoOf } from '../order/echo-fields.ts'
import { encodeOptionalFields, encodeValue } from '../order/order-field-codec.ts'
import { isPostOnly, selfTradePreventionOf, sideOf, timeInForceOf, typeOf } from '../order/order-options.ts'
import { formatSteps, formatStepsShort } from '../units.ts'
import type { EventCursor } from './event-cursor.ts'
import { eventOf } from './event-of.ts'

/**
 * One line of JSON, without the newline. Names and words need no escapes, because their patterns in limits.ts
 * allow no quote, backslash or control character.
 */
export function encodeEvent(event: EventCursor, instrument: Instrument): string {
  switch (event.kind) {
    case 'OrderAccepted':
    case 'OrderRejected':
      return encodeOrder(event, instrument)
    case 'TradeExecuted':
      return encodeTrade(event, instrument)
    case 'OrderCanceled': {
      const { echo } = event
      const more = echo === undefined ? '' : encodeOptionalFields(echo, instrument)
      const quantity = formatStepsShort(event.quantity, instrument.lot)
      return `${headOf(event)}${namesOf(event)},"reason":"${event.reason}","quantity":"${quantity}"${more}}`
    }
    case 'OrderAmended':
      return JSON.stringify({
        ...eventOf(event),
        price: formatSteps(event.price, instrument.tick),
        quantity: formatStepsShort(event.quantity, instrument.lot),
      })
    case 'PriceBandSet': {
      const { bandLow, bandHigh } = event
      return JSON.stringify({
        ...eventOf(event),
        ...(bandLow !== 0 && { low: formatSteps(bandLow, instrument.tick) }),
        ...(bandHigh !== 0 && { high: formatSteps(bandHigh, instrument.tick) }),
      })
    }
    default:
      return JSON.stringify(eventOf(event))
  }
}

function headOf({ kind, symbol, number, timestampMs, requestId }: EventCursor): string {
  const head = `{"kind":"${kind}","symbol":"${symbol}","number":${number},"timestampMs":${timestampMs}`
  return requestId === undefined ? head : `${head},"requestId":"${requestId}"`
}

const namesOf = ({ account, orderId }: EventCursor): string => `,"account":"${account}","orderId":"${orderId}"`

function encodeOrder(event: EventCursor, instrument: Instrument): string {
  const { options, price, extras } = event
  let line = `${headOf(event)}${namesOf(event)},"side":"${sideOf(options)}","type":"${typeOf(options)}"`
  line += `,"timeInForce":"${timeInForceOf(options)}","quantity":"${formatStepsShort(event.quantity, instrument.lot)}"`
  if (price !== 0) line += `,"price":"${formatSteps(price, instrument.tick)}"`
  if (isPostOnly(options)) line += ',"postOnly":true'
  const prevention = selfTradePreventionOf(options)
  if (prevention !== 'NONE') line += `,"selfTradePrevention":"${prevention}"`
  if (extras !== undefined) line += encodeOptionalFields(extras, instrument)
  if (event.kind === 'OrderRejected') line += `,"reason":"${event.reason}"`
  return `${line}}`
}

function encodeTrade(event: EventCursor, instrument: Instrument): string {
  const { tick, lot } = instrument
  let line = headOf(event)
  line += `,"tradeNumber":${event.tradeNumber},"price":"${formatSteps(event.price, tick)}"`
  line += `,"quantity":"${formatStepsShort(event.quantity, lot)}","takerSide":"${event.takerSells ? 'SELL' : 'BUY'}"`
  line += `,"makerAccount":"${event.account}","makerOrderId":"${event.orderId}"`
  line += `,"takerAccount":"${event.takerAccount}","takerOrderId":"${event.takerOrderId}"`
  const echo = tradeEchoOf(event.echo, event.takerEcho) as Readonly<Record<string, string | undefined>> | undefined
  if (echo !== undefined) {
    for (const { field, name } of TRADE_ECHO_FIELDS) {
      const value = echo[name]
      if (value !== undefined) line += `,"${name}":${encodeValue(field.kind, value, instrument)}`
    }
  }
  return `${line}}`
}
