/**
 * Commands in the form of the order stream: one JSON object per line, prices and quantities as exact decimal
 * text, so that people and the lake can read a line without other data. Order entry encodes and the matcher
 * decodes. A line that does not decode is malformed, or it contains a name that this program does not support
 * (undecodable-line.ts). No unknown field is ever skipped.
 */

import { invariant } from '../assert.ts'
import type { Instrument } from '../instrument/instrument.ts'
import { SYMBOL_PATTERN } from '../limits.ts'
import { decodeOptionalFields, encodeOptionalFields } from '../order/order-field-codec.ts'
import { hasOptionalFields } from '../order/order-fields.ts'
import { ORDER_TYPE_TERMS } from '../order/order-types.ts'
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../order/order-words.ts'
import { formatSteps, formatStepsShort } from '../units.ts'
import {
  accountOf,
  type Base,
  type Fields,
  isRequestId,
  oneOf,
  orderIdOf,
  priceOf,
  quantityOf,
} from './command-fields.ts'
import type { AmendOrder, CancelOrder, Command, PlaceOrder } from './commands.ts'
import { knownKindOf } from './known-fields.ts'
import {
  decodeAdoptRules,
  decodeChangeInstrument,
  decodeChangePhase,
  decodeDefineInstrument,
  decodeSetPriceBand,
  operatorOf,
} from './operator-codec.ts'
import { MalformedCommand, shown, UnknownCommand } from './undecodable-line.ts'

/** Finds an instrument by its symbol. */
export type Instruments = ReadonlyMap<string, Instrument>

/**
 * One line of JSON, without the newline. `instrument` is that of the command's symbol. It may be undefined for a
 * command without ticks and lots, and is asserted for other commands.
 */
export function encodeCommand(command: Command, instrument: Instrument | undefined): string {
  switch (command.kind) {
    case 'PlaceOrder':
      return encodePlaceOrder(command, present(instrument))
    case 'CancelOrder':
      return encodeCancelOrder(command)
    case 'AmendOrder': {
      const { tick, lot } = present(instrument)
      return JSON.stringify({
        ...command,
        ...(command.price !== undefined && { price: formatSteps(command.price, tick) }),
        ...(command.quantity !== undefined && { quantity: formatStepsShort(command.quantity, lot) }),
      })
    }
    case 'SetPriceBand': {
      const { tick } = present(instrument)
      return JSON.stringify({
        ...command,
        ...(command.low !== undefined && { low: formatSteps(command.low, tick) }),
        ...(command.high !== undefined && { high: formatSteps(command.high, tick) }),
      })
    }
    default:
      return JSON.stringify(command)
  }
}

function present(instrument: Instrument | undefined): Instrument {
  invariant(instrument !== undefined, 'a command with ticks or lots needs its instrument')
  return instrument
}

/**
 * Hand-written, because most commands are orders and JSON.stringify takes four times as long. line-reader.ts
 * relies on the order of the fields. Names and words need no escapes, because their patterns in limits.ts allow
 * no quote, backslash or control character.
 */
function encodePlaceOrder(order: PlaceOrder, instrument: Instrument): string {
  let line = `{"kind":"PlaceOrder","symbol":"${order.symbol}"`
  if (order.requestId !== undefined) line += `,"requestId":${JSON.stringify(order.requestId)}`
  line += `,"account":"${order.account}","orderId":"${order.orderId}","side":"${order.side}","type":"${order.type}"`
  line += `,"timeInForce":"${order.timeInForce}","quantity":"${formatStepsShort(order.quantity, instrument.lot)}"`
  if (order.price !== undefined) line += `,"price":"${formatSteps(order.price, instrument.tick)}"`
  if (hasOptionalFields(order)) line += encodeOptionalFields(order, instrument)
  return `${line}}`
}

function encodeCancelOrder({ symbol, account, orderId, requestId }: CancelOrder): string {
  const line = `{"kind":"CancelOrder","symbol":"${symbol}","account":"${account}","orderId":"${orderId}"`
  return requestId === undefined ? `${line}}` : `${line},"requestId":${JSON.stringify(requestId)}}`
}

/** The command in a line. Throws {@link MalformedCommand} or {@link UnknownCommand} with the reason. */
export function decodeCommand(line: string, instruments: Instruments): Command {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new MalformedCommand('not JSON', { cause })
  }
  return decodeParsed(value, instruments)
}

/** The command in a line that JSON.parse has already parsed. */
export function decodeParsed(value: unknown, instruments: Instruments): Command {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedCommand('not an object')
  const raw = value as Fields
  const kind = knownKindOf(raw)
  const { requestId } = raw
  if (requestId !== undefined && !isRequestId(requestId)) throw new MalformedCommand('requestId')
  if (kind === 'DefineInstrument') return decodeDefineInstrument(raw, requestId)
  if (raw.symbol === undefined) {
    const unaddressed = requestId === undefined ? {} : { requestId }
    if (kind === 'CancelAllOrders') return { kind, ...unaddressed, account: accountOf(raw) }
    if (kind === 'AdoptRules') return decodeAdoptRules(raw, unaddressed)
  }
  const instrument = instrumentOf(raw, instruments)
  const base = requestId === undefined ? { symbol: instrument.symbol } : { symbol: instrument.symbol, requestId }
  switch (kind) {
    case 'PlaceOrder':
      return decodePlaceOrder(raw, instrument, base)
    case 'AmendOrder':
      return decodeAmendOrder(raw, instrument, base)
    case 'CancelOrder':
      return { kind, ...base, account: accountOf(raw), orderId: orderIdOf(raw) }
    case 'CancelAllOrders':
      return { kind, ...base, account: accountOf(raw) }
    case 'AdvanceTime':
      return { kind, ...base }
    case 'ChangePhase':
      return decodeChangePhase(raw, base)
    case 'SetPriceBand':
      return decodeSetPriceBand(raw, instrument, base)
    case 'ChangeInstrument':
      return decodeChangeInstrument(raw, instrument, base)
    case 'CloseInstrument':
      return { kind, ...base, ...operatorOf(raw) }
    case 'AdoptRules':
      return decodeAdoptRules(raw, base)
  }
}

function instrumentOf({ symbol }: Fields, instruments: Instruments): Instrument {
  if (typeof symbol !== 'string' || !SYMBOL_PATTERN.test(symbol)) {
    throw new MalformedCommand(`symbol ${shown(symbol)}`)
  }
  const instrument = instruments.get(symbol)
  if (instrument === undefined) throw new UnknownCommand('instrument', symbol)
  return instrument
}

function decodePlaceOrder(raw: Fields, instrument: Instrument, base: Base): PlaceOrder {
  const type = oneOf(ORDER_TYPES, raw.type, 'type')
  const timeInForce = oneOf(TIMES_IN_FORCE, raw.timeInForce, 'timeInForce')
  const { hasPrice } = ORDER_TYPE_TERMS[type]
  if (hasPrice !== (raw.price !== undefined)) throw new MalformedCommand('price is for limit orders')
  const order: { -readonly [K in keyof PlaceOrder]: PlaceOrder[K] } = {
    kind: 'PlaceOrder',
    ...base,
    account: accountOf(raw),
    orderId: orderIdOf(raw),
    side: oneOf(SIDES, raw.side, 'side'),
    type,
    timeInForce,
    quantity: quantityOf(raw.quantity, instrument),
  }
  if (hasPrice) order.price = priceOf(raw.price, instrument.tick, 'price')
  decodeOptionalFields(raw, instrument, order)
  return order
}

function decodeAmendOrder(raw: Fields, instrument: Instrument, base: Base): AmendOrder {
  if (raw.price === undefined && raw.quantity === undefined) throw new MalformedCommand('nothing to amend')
  return {
    kind: 'AmendOrder',
    ...base,
    account: accountOf(raw),
    orderId: orderIdOf(raw),
    ...(raw.price !== undefined && { price: priceOf(raw.price, instrument.tick, 'price') }),
    ...(raw.quantity !== undefined && { quantity: quantityOf(raw.quantity, instrument) }),
  }
}
