/**
 * Commands as they stand in the order stream: one JSON object a line, prices and quantities as exact
 * decimal text, so that a line explains itself and the lake can read it as it is. The matcher
 * decodes what order entry encoded; a line that does not decode is data for the dead-letter queue,
 * never a reason to stop.
 */

import {
  type AmendOrder,
  type CancelOrder,
  COMMAND_KINDS,
  type Command,
  type PlaceOrder,
  type SetPriceBand,
} from './commands.ts'
import type { Instrument } from './instrument.ts'
import { ACCOUNT_PATTERN, ORDER_ID_PATTERN, PRICE_TICKS_MAX } from './limits.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from './order-words.ts'
import { countSteps, formatSteps, formatStepsShort, type Lots, type Step, type Ticks } from './units.ts'

/** A line of the stream that is no command. */
export class MalformedCommand extends Error {
  override readonly name = 'MalformedCommand'
}

/** Finds an instrument by its symbol. */
export type Instruments = ReadonlyMap<string, Instrument>

/** One line of JSON, without the newline. */
export function encodeCommand(command: Command, instrument: Instrument): string {
  switch (command.kind) {
    case 'PlaceOrder':
      return encodePlaceOrder(command, instrument)
    case 'CancelOrder':
      return encodeCancelOrder(command)
    case 'AmendOrder':
      return JSON.stringify({
        ...command,
        ...(command.price !== undefined && { price: formatSteps(command.price, instrument.tick) }),
        ...(command.quantity !== undefined && { quantity: formatStepsShort(command.quantity, instrument.lot) }),
      })
    case 'SetPriceBand':
      return JSON.stringify({
        ...command,
        ...(command.low !== undefined && { low: formatSteps(command.low, instrument.tick) }),
        ...(command.high !== undefined && { high: formatSteps(command.high, instrument.tick) }),
      })
    default:
      return JSON.stringify(command)
  }
}

/**
 * Written by hand, because most commands are orders: JSON.stringify takes four times as long, and
 * line-reader.ts relies on the order of the fields. Names
 * and words need no escapes: their patterns in limits.ts allow no quote, backslash or control.
 */
function encodePlaceOrder(order: PlaceOrder, { tick, lot }: Instrument): string {
  let line = `{"kind":"PlaceOrder","symbol":"${order.symbol}"`
  if (order.requestId !== undefined) line += `,"requestId":${JSON.stringify(order.requestId)}`
  line += `,"account":"${order.account}","orderId":"${order.orderId}","side":"${order.side}","type":"${order.type}"`
  line += `,"timeInForce":"${order.timeInForce}","quantity":"${formatStepsShort(order.quantity, lot)}"`
  if (order.price !== undefined) line += `,"price":"${formatSteps(order.price, tick)}"`
  if (order.postOnly !== undefined) line += `,"postOnly":${order.postOnly}`
  if (order.selfTradePrevention !== undefined) line += `,"selfTradePrevention":"${order.selfTradePrevention}"`
  if (order.expiresAtMs !== undefined) line += `,"expiresAtMs":${order.expiresAtMs}`
  return `${line}}`
}

function encodeCancelOrder({ symbol, account, orderId, requestId }: CancelOrder): string {
  const line = `{"kind":"CancelOrder","symbol":"${symbol}","account":"${account}","orderId":"${orderId}"`
  return requestId === undefined ? `${line}}` : `${line},"requestId":${JSON.stringify(requestId)}}`
}

/** The command in a line. Throws {@link MalformedCommand} with what is wrong. */
export function decodeCommand(line: string, instruments: Instruments): Command {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new MalformedCommand('not JSON', { cause })
  }
  return decodeParsed(value, instruments)
}

/** The command in a line that JSON.parse has read. */
export function decodeParsed(value: unknown, instruments: Instruments): Command {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedCommand('not an object')
  const raw = value as Fields
  if (!COMMAND_KINDS.includes(raw.kind as Command['kind']))
    throw new MalformedCommand(`kind ${JSON.stringify(raw.kind)}`)
  const instrument = typeof raw.symbol === 'string' ? instruments.get(raw.symbol) : undefined
  if (instrument === undefined) throw new MalformedCommand(`symbol ${JSON.stringify(raw.symbol)}`)
  const requestId = raw.requestId
  if (requestId !== undefined && typeof requestId !== 'string') throw new MalformedCommand('requestId')
  const base = requestId === undefined ? { symbol: instrument.symbol } : { symbol: instrument.symbol, requestId }
  const kind = raw.kind as Command['kind']
  switch (kind) {
    case 'PlaceOrder':
      return decodePlaceOrder(raw, instrument, base)
    case 'AmendOrder':
      return decodeAmendOrder(raw, instrument, base)
    case 'CancelOrder':
      return { kind, ...base, account: accountOf(raw), orderId: orderIdOf(raw) }
    case 'CancelAllOrders':
      return { kind, ...base, account: accountOf(raw) }
    case 'SetPriceBand':
      return decodeSetPriceBand(raw, instrument, base)
    default:
      return { kind, ...base }
  }
}

/** An object as JSON.parse left it. */
interface Fields {
  readonly [name: string]: unknown
}

interface Base {
  readonly symbol: string
  readonly requestId?: string
}

function decodePlaceOrder(raw: Fields, instrument: Instrument, base: Base): PlaceOrder {
  const type = oneOf(ORDER_TYPES, raw.type, 'type')
  const timeInForce = oneOf(TIMES_IN_FORCE, raw.timeInForce, 'timeInForce')
  const expiresAtMs = raw.expiresAtMs
  if ((type === 'LIMIT') !== (raw.price !== undefined)) throw new MalformedCommand('price is for limit orders')
  if ((timeInForce === 'GTD') !== (expiresAtMs !== undefined))
    throw new MalformedCommand('expiresAtMs is for GTD orders')
  if (expiresAtMs !== undefined && !Number.isSafeInteger(expiresAtMs)) throw new MalformedCommand('expiresAtMs')
  if (raw.postOnly !== undefined && typeof raw.postOnly !== 'boolean') throw new MalformedCommand('postOnly')
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
  if (type === 'LIMIT') order.price = priceOf(raw.price, instrument.tick, 'price')
  if (raw.postOnly === true) order.postOnly = true
  if (raw.selfTradePrevention !== undefined) {
    order.selfTradePrevention = oneOf(SELF_TRADE_PREVENTIONS, raw.selfTradePrevention, 'selfTradePrevention')
  }
  if (expiresAtMs !== undefined) order.expiresAtMs = expiresAtMs as number
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

function decodeSetPriceBand(raw: Fields, instrument: Instrument, base: Base): SetPriceBand {
  const low = raw.low === undefined ? undefined : priceOf(raw.low, instrument.tick, 'low')
  const high = raw.high === undefined ? undefined : priceOf(raw.high, instrument.tick, 'high')
  if (low !== undefined && high !== undefined && low > high) throw new MalformedCommand('low is above high')
  return { kind: 'SetPriceBand', ...base, ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
}

function accountOf(raw: Fields): string {
  if (typeof raw.account !== 'string' || !ACCOUNT_PATTERN.test(raw.account)) throw new MalformedCommand('account')
  return raw.account
}

function orderIdOf(raw: Fields): string {
  if (typeof raw.orderId !== 'string' || !ORDER_ID_PATTERN.test(raw.orderId)) throw new MalformedCommand('orderId')
  return raw.orderId
}

function oneOf<T extends string>(words: readonly T[], value: unknown, name: string): T {
  if (!words.includes(value as T)) throw new MalformedCommand(name)
  return value as T
}

function priceOf(value: unknown, tick: Step, name: string): Ticks {
  const count = typeof value === 'string' ? countSteps(value, tick) : 'not_a_decimal'
  if (typeof count !== 'number' || count > PRICE_TICKS_MAX) throw new MalformedCommand(name)
  return count as Ticks
}

function quantityOf(value: unknown, instrument: Instrument): Lots {
  const count = typeof value === 'string' ? countSteps(value, instrument.lot) : 'not_a_decimal'
  if (typeof count !== 'number' || count > instrument.quantityMax) throw new MalformedCommand('quantity')
  return count as Lots
}
