/**
 * Reads the commands of operators from a line of the stream. A command that could never be applied throws
 * MalformedCommand: a band with low above high, an instrument without a tick, a change without fields. A phase or
 * rules that are newer than this program throw UnknownCommand, so that reading stops there and does not skip the
 * line.
 */

import { type Instrument, parseInstrument } from '../instrument/instrument.ts'
import {
  ACCOUNT_PATTERN,
  ASSET_PATTERN,
  KEY_NAME_PATTERN,
  OPERATOR_REASON_LENGTH_MAX,
  OPERATOR_REASON_PATTERN,
} from '../limits.ts'
import { countSteps, type Step } from '../units.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../versions.ts'
import { type Base, type Fields, priceOf, textOf } from './command-fields.ts'
import type {
  AdoptRules,
  ChangeInstrument,
  ChangePhase,
  DefineInstrument,
  OperatorNote,
  SetPriceBand,
} from './operator-commands.ts'
import { PHASES, type TradingPhase } from './trading-phases.ts'
import { MalformedCommand, UnknownCommand } from './undecodable-line.ts'

const UNKNOWN_RULES = `; this program supports rules ${RULES_OLDEST} to ${RULES_NEWEST}. Start the program that wrote it, or a newer one.`

/** Throws UnknownCommand if a version of the rules is newer than this program. */
export function checkRules(rules: number): void {
  if (rules > RULES_NEWEST) throw new UnknownCommand('rules', String(rules), UNKNOWN_RULES)
}

export function decodeChangePhase(raw: Fields, base: Base): ChangePhase {
  return { kind: 'ChangePhase', ...base, phase: phaseOf(raw), ...operatorOf(raw) }
}

/** A word that this program does not know may be a phase of a newer one, so it is not malformed. */
function phaseOf(raw: Fields): TradingPhase {
  const phase = textOf(raw, 'phase') as TradingPhase
  if (!PHASES.includes(phase)) throw new UnknownCommand('phase', phase)
  return phase
}

export function decodeSetPriceBand(raw: Fields, instrument: Instrument, base: Base): SetPriceBand {
  const low = raw.low === undefined ? undefined : priceOf(raw.low, instrument.tick, 'low')
  const high = raw.high === undefined ? undefined : priceOf(raw.high, instrument.tick, 'high')
  if (low !== undefined && high !== undefined && low > high) throw new MalformedCommand('low is above high')
  const bounds = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
  return { kind: 'SetPriceBand', ...base, ...bounds, ...operatorOf(raw) }
}

/** The symbol need not be known yet, but its text must be a valid symbol. */
export function decodeDefineInstrument(raw: Fields, requestId: string | undefined): DefineInstrument {
  const sizes = { tickSize: textOf(raw, 'tickSize'), lotSize: textOf(raw, 'lotSize') }
  const assets = { base: assetOf(raw, 'base'), quote: assetOf(raw, 'quote') }
  let instrument: Instrument
  try {
    instrument = parseInstrument({ symbol: textOf(raw, 'symbol'), ...assets, ...sizes })
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new MalformedCommand(cause.message, { cause })
  }
  const { symbol } = instrument
  const base = requestId === undefined ? { symbol } : { symbol, requestId }
  return {
    kind: 'DefineInstrument',
    ...base,
    ...assets,
    ...sizes,
    ...boundsOf(raw, instrument),
    ...operatorOf(raw),
  }
}

export function decodeChangeInstrument(raw: Fields, instrument: Instrument, base: Base): ChangeInstrument {
  const changes = {
    ...(raw.base !== undefined && { base: assetOf(raw, 'base') }),
    ...(raw.quote !== undefined && { quote: assetOf(raw, 'quote') }),
    ...boundsOf(raw, instrument),
  }
  if (Object.keys(changes).length === 0) throw new MalformedCommand('nothing to change')
  return { kind: 'ChangeInstrument', ...base, ...changes, ...operatorOf(raw) }
}

export function decodeAdoptRules(raw: Fields, base: Partial<Base>): AdoptRules {
  const { rules } = raw
  if (!Number.isSafeInteger(rules) || (rules as number) < RULES_OLDEST) throw new MalformedCommand('rules')
  checkRules(rules as number)
  return { kind: 'AdoptRules', ...base, rules: rules as number, ...operatorOf(raw) }
}

/** The operator's account, key and reason, if the line has them. */
export function operatorOf(raw: Fields): OperatorNote {
  const { operator, operatorKey, operatorReason } = raw
  if (operator === undefined && operatorKey === undefined && operatorReason === undefined) return {}
  const named = (name: string, pattern: RegExp) => {
    const text = textOf(raw, name)
    if (!pattern.test(text)) throw new MalformedCommand(name)
    return text
  }
  return {
    ...(operator !== undefined && { operator: named('operator', ACCOUNT_PATTERN) }),
    ...(operatorKey !== undefined && { operatorKey: named('operatorKey', KEY_NAME_PATTERN) }),
    ...(operatorReason !== undefined && { operatorReason: reasonOf(raw) }),
  }
}

function reasonOf(raw: Fields): string {
  const reason = textOf(raw, 'operatorReason')
  if (!OPERATOR_REASON_PATTERN.test(reason) && !isFormerReason(reason)) throw new MalformedCommand('operatorReason')
  return reason
}

/** Earlier programs also wrote reasons with line separators and lone surrogates. Their logs must stay readable. */
const isFormerReason = (reason: string): boolean =>
  reason.length <= OPERATOR_REASON_LENGTH_MAX && /^\P{Cc}+$/u.test(reason)

function assetOf(raw: Fields, name: 'base' | 'quote'): string {
  const asset = textOf(raw, name)
  if (!ASSET_PATTERN.test(asset)) throw new MalformedCommand(name)
  return asset
}

/** The smallest and the largest order, as text that is a whole number of lots. */
function boundsOf(raw: Fields, { lot, quantityMax }: Instrument): { minQuantity?: string; maxQuantity?: string } {
  const min = raw.minQuantity === undefined ? undefined : lotsOf(raw, 'minQuantity', lot, quantityMax)
  const max = raw.maxQuantity === undefined ? undefined : lotsOf(raw, 'maxQuantity', lot, quantityMax)
  if (min !== undefined && max !== undefined && min > max)
    throw new MalformedCommand('minQuantity is above maxQuantity')
  return {
    ...(min !== undefined && { minQuantity: textOf(raw, 'minQuantity') }),
    ...(max !== undefined && { maxQuantity: textOf(raw, 'maxQuantity') }),
  }
}

function lotsOf(raw: Fields, name: string, lot: Step, lotsMax: number): number {
  const count = countSteps(textOf(raw, name), lot)
  if (typeof count !== 'number' || count > lotsMax) throw new MalformedCommand(name)
  return count
}
