/**
 * Reads the fields of a command from a parsed line. A value of the wrong type, form or size throws
 * MalformedCommand with the name of the field. A word that this program does not know throws UnknownCommand.
 */

import type { Instrument } from '../instrument/instrument.ts'
import { ACCOUNT_PATTERN, ORDER_ID_PATTERN, PRICE_TICKS_MAX, REQUEST_ID_PATTERN } from '../limits.ts'
import { countSteps, type Lots, type Step, type Ticks } from '../units.ts'
import { MalformedCommand, UnknownCommand } from './undecodable-line.ts'

/** An object as JSON.parse returns it. */
export interface Fields {
  readonly [name: string]: unknown
}

export interface Base {
  readonly symbol: string
  readonly requestId?: string
}

export function textOf(raw: Fields, name: string): string {
  const text = raw[name]
  if (typeof text !== 'string') throw new MalformedCommand(name)
  return text
}

/** Whether a value can be the request id of a command. */
export const isRequestId = (value: unknown): value is string =>
  typeof value === 'string' && REQUEST_ID_PATTERN.test(value)

export function accountOf(raw: Fields): string {
  if (typeof raw.account !== 'string' || !ACCOUNT_PATTERN.test(raw.account)) throw new MalformedCommand('account')
  return raw.account
}

export function orderIdOf(raw: Fields): string {
  if (typeof raw.orderId !== 'string' || !ORDER_ID_PATTERN.test(raw.orderId)) throw new MalformedCommand('orderId')
  return raw.orderId
}

/** A word of any version. A client's text in its place is malformed. */
const WORD = /^[A-Z][A-Z_]{0,31}$/

/** Throws UnknownCommand for a word that is not in the list, because a newer program may have added it. */
export function oneOf<T extends string>(words: readonly T[], value: unknown, name: string): T {
  if (words.includes(value as T)) return value as T
  if (typeof value === 'string' && WORD.test(value)) throw new UnknownCommand('word', `${name} ${value}`)
  throw new MalformedCommand(name)
}

export function priceOf(value: unknown, tick: Step, name: string): Ticks {
  const count = typeof value === 'string' ? countSteps(value, tick) : 'not_a_decimal'
  if (typeof count !== 'number' || count > PRICE_TICKS_MAX) throw new MalformedCommand(name)
  return count as Ticks
}

export function quantityOf(value: unknown, instrument: Instrument, name = 'quantity'): Lots {
  const count = typeof value === 'string' ? countSteps(value, instrument.lot) : 'not_a_decimal'
  if (typeof count !== 'number' || count > instrument.quantityMax) throw new MalformedCommand(name)
  return count as Lots
}
