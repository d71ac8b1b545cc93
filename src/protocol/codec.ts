/**
 * Commands as they stand in the order stream: one JSON object a line, prices and quantities as exact
 * decimal text, so that a line explains itself and the lake can read it as it is. The matcher
 * decodes what order entry encoded; a line that does not decode is data for the dead-letter queue,
 * never a reason to stop.
 */

import { invariant } from './assert.ts'
import {
  accountOf,
  type Base,
  type Fields,
  MalformedCommand,
  oneOf,
  orderIdOf,
  priceOf,
  quantityOf,
} from './command-fields.ts'
import { type AmendOrder, type CancelOrder, COMMAND_KINDS, type Command, type PlaceOrder } from './commands.ts'
import type { Instrument } from './instrument.ts'
import {
  decodeAdoptRules,
  decodeChangeInstrument,
  decodeChangePhase,
  decodeDefineInstrument,
  decodeSetPriceBand,
  operatorOf,
} from './operator-codec.ts'
import type { TradingPhase } from './operator-commands.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from './order-words.ts'
import { formatSteps, formatStepsShort } from './units.ts'

/** Finds an instrument by its symbol. */
export type Instruments = ReadonlyMap<string, Instrument>

/**
 * One line of JSON, without the newline. `instrument` is that of the command's symbol; it may be absent
 * where the command has no ticks and no lots. Asserts that it is there where they must be written.
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

/** Kinds of the first version that logs still hold, each with the phase that it changed to. */
const FIRST_VERSION_PHASES: ReadonlyMap<unknown, TradingPhase> = new Map([
  ['HaltTrading', 'HALTED'],
  ['ResumeTrading', 'CONTINUOUS'],
])

/** The command in a line that JSON.parse has read. */
export function decodeParsed(value: unknown, instruments: Instruments): Command {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedCommand('not an object')
  const raw = value as Fields
  const old = FIRST_VERSION_PHASES.get(raw.kind)
  if (old !== undefined) return decodeParsed({ ...raw, kind: 'ChangePhase', phase: old }, instruments)
  const kind = raw.kind as Command['kind']
  if (!COMMAND_KINDS.includes(kind)) throw new MalformedCommand(`kind ${JSON.stringify(raw.kind)}`)
  const { requestId } = raw
  if (requestId !== undefined && typeof requestId !== 'string') throw new MalformedCommand('requestId')
  if (kind === 'DefineInstrument') return decodeDefineInstrument(raw, requestId)
  if (raw.symbol === undefined) {
    const unaddressed = requestId === undefined ? {} : { requestId }
    if (kind === 'CancelAllOrders') return { kind, ...unaddressed, account: accountOf(raw) }
    if (kind === 'AdoptRules') return decodeAdoptRules(raw, unaddressed)
  }
  const instrument = typeof raw.symbol === 'string' ? instruments.get(raw.symbol) : undefined
  if (instrument === undefined) throw new MalformedCommand(`symbol ${JSON.stringify(raw.symbol)}`)
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
