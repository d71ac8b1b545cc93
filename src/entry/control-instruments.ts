/**
 * The commands of operators: they define, change and close instruments, and adopt rules. Each command contains
 * the operator's account, the name of the key, and the reason if one was sent. Entry rejects commands that can
 * never apply, and commands that the directory of instruments shows as already done. The matcher checks phases.
 */

import type { Command } from '../protocol/command/commands.ts'
import type { OperatorNote } from '../protocol/command/operator-commands.ts'
import { PHASES, type TradingPhase } from '../protocol/command/trading-phases.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { INSTRUMENTS_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../protocol/versions.ts'
import type { Caller } from './caller.ts'
import { type DecimalInput, priceOf } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'
import { type EntryPorts, requestIdOf, type SubmitOptions } from './entry-ports.ts'
import { unavailablePhase } from './field-availability.ts'
import {
  type AskedBounds,
  assetRejection,
  boundsOf,
  type InstrumentFields,
  instrumentTerms,
  reasonRejection,
} from './instrument-terms.ts'
import { submitCommands, tooManyInstruments } from './submit-commands.ts'

export interface OperatorOptions extends SubmitOptions {
  /** The operator's reason, as free text. */
  readonly reason?: string | undefined
}

/** An operator command that is durable. */
export interface Controlled {
  readonly receivedAtMs: number
  /** Whether the request waited and the command was applied in time. */
  readonly applied: boolean
}

export interface InstrumentChanges extends AskedBounds {
  readonly phase?: TradingPhase | undefined
  /** The whole band. An absent bound is removed; null removes both. */
  readonly priceBand?: AskedBand | null | undefined
  readonly base?: string | undefined
  readonly quote?: string | undefined
  /** Tick and lot cannot be changed; a value is rejected. */
  readonly tickSize?: unknown
  readonly lotSize?: unknown
}

export interface AskedBand {
  readonly low?: DecimalInput | undefined
  readonly high?: DecimalInput | undefined
}

/**
 * Defines an instrument, or reopens a closed one. Rejections: invalid_value, invalid_step_size, those of a
 * quantity, min_quantity_above_max, too_many_instruments, instrument_exists.
 */
export async function defineInstrument(
  ports: EntryPorts,
  caller: Caller,
  fields: InstrumentFields,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  const note = noteOf(caller, options)
  if (note instanceof Rejection) return note
  const terms = instrumentTerms(fields)
  if (terms instanceof Rejection) return terms
  const { symbol, tickSize, lotSize } = terms
  const listed = ports.instruments.get(symbol)
  // On one machine the exchange enforces the limit. This check is the only one on AWS.
  if (listed === undefined && ports.instruments.size >= INSTRUMENTS_MAX) return tooManyInstruments()
  if (listed?.closed === false) return new Rejection('instrument_exists', `${symbol} is open.`, 'symbol')
  if (listed !== undefined && (listed.text.tickSize !== tickSize || listed.text.lotSize !== lotSize)) {
    const had = `tick ${listed.text.tickSize} and lot ${listed.text.lotSize}`
    return new Rejection(
      'instrument_exists',
      `${symbol} is closed; it can only be defined again with ${had}.`,
      'symbol',
    )
  }
  return control(ports, [{ kind: 'DefineInstrument', ...note, ...terms }], options)
}

/**
 * Changes an instrument. Each kind of change is a separate command: if the matcher rejects one, the others
 * still apply. Rejections: wrong_type, invalid_value, tick_and_lot_fixed, field_not_available, nothing_to_change,
 * those of a quantity and of a price, min_quantity_above_max, band_low_above_high, instrument_closed;
 * phase_unchanged, if the request waited.
 */
export async function changeInstrument(
  ports: EntryPorts,
  caller: Caller,
  instrument: ListedInstrument,
  changes: InstrumentChanges,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  const note = noteOf(caller, options)
  if (note instanceof Rejection) return note
  const { symbol, closed } = instrument
  const { phase, base, quote } = changes
  const named = assetRejection(changes)
  if (named !== undefined) return named
  if (phase !== undefined && !PHASES.includes(phase)) {
    return new Rejection('invalid_value', `phase must be one of ${PHASES.join(', ')}.`, 'phase')
  }
  if (typeof changes.priceBand !== 'object' && changes.priceBand !== undefined) {
    return new Rejection('wrong_type', 'priceBand must be an object.', 'priceBand')
  }
  for (const field of ['tickSize', 'lotSize'] as const) {
    if (changes[field] === undefined) continue
    const detail = 'The tick and the lot of an instrument never change. Define an instrument with another symbol.'
    return new Rejection('tick_and_lot_fixed', detail, field)
  }
  const unavailable = phase === undefined ? undefined : unavailablePhase(phase, instrument)
  if (unavailable !== undefined) return unavailable
  const terms = boundsOf(changes, instrument)
  const band = changes.priceBand === undefined ? undefined : bandOf(changes.priceBand ?? {}, instrument)
  const renamed = { ...(base !== undefined && { base }), ...(quote !== undefined && { quote }) }
  if (terms instanceof Rejection) return terms
  if (band instanceof Rejection) return band
  const changed = { ...renamed, ...terms }
  const commands: Command[] = []
  // Other changes apply while trading is stopped: after a phase that stops it, and before one that starts it.
  if (phase !== undefined && phase !== 'CONTINUOUS') commands.push({ kind: 'ChangePhase', symbol, ...note, phase })
  if (Object.keys(changed).length > 0) commands.push({ kind: 'ChangeInstrument', symbol, ...note, ...changed })
  if (band !== undefined) commands.push({ kind: 'SetPriceBand', symbol, ...note, ...band })
  if (phase === 'CONTINUOUS') commands.push({ kind: 'ChangePhase', symbol, ...note, phase })
  if (commands.length === 0) return new Rejection('nothing_to_change', 'Send at least one field to change.')
  if (closed) return isClosed(symbol)
  return control(ports, commands, options)
}

/** Closes an instrument, which cancels its open orders. Rejections: invalid_value, instrument_closed. */
export async function closeInstrument(
  ports: EntryPorts,
  caller: Caller,
  { symbol, closed }: ListedInstrument,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  const note = noteOf(caller, options)
  if (note instanceof Rejection) return note
  return closed ? isClosed(symbol) : control(ports, [{ kind: 'CloseInstrument', symbol, ...note }], options)
}

/** Adopts a version of the rules for all symbols. Rejections: invalid_value, unknown_rules, rules_not_newer. */
export async function adoptRules(
  ports: EntryPorts,
  caller: Caller,
  rules: number,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  const note = noteOf(caller, options)
  if (note instanceof Rejection) return note
  if (!Number.isInteger(rules) || rules < RULES_OLDEST || rules > RULES_NEWEST) {
    const detail = `This program knows rules ${RULES_OLDEST} to ${RULES_NEWEST}.`
    return new Rejection('unknown_rules', detail, 'rules')
  }
  const followed = rulesInForce(ports)
  if (followed >= rules) {
    return new Rejection('rules_not_newer', `The exchange already follows rules ${followed}.`, 'rules')
  }
  return control(ports, [{ kind: 'AdoptRules', ...note, rules }], options)
}

/** The version of the rules that every symbol follows: the oldest version of all symbols. */
export function rulesInForce({ instruments }: Pick<EntryPorts, 'instruments'>): number {
  if (instruments.size === 0) return RULES_OLDEST
  let oldest = RULES_NEWEST
  for (const { rules } of instruments.values()) oldest = Math.min(oldest, rules)
  return oldest
}

function bandOf(asked: AskedBand, instrument: ListedInstrument) {
  const low = asked.low === undefined ? undefined : priceOf(asked.low, instrument, 'priceBand.low')
  if (low instanceof Rejection) return low
  const high = asked.high === undefined ? undefined : priceOf(asked.high, instrument, 'priceBand.high')
  if (high instanceof Rejection) return high
  if (low !== undefined && high !== undefined && low > high) {
    return new Rejection('band_low_above_high', 'low is above high.', 'priceBand')
  }
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
}

const isClosed = (symbol: string): EntryRejection =>
  new Rejection('instrument_closed', `${symbol} is closed; an operator can define it again.`)

/** The fields that every operator command has. Rejections: invalid_value. */
function noteOf(
  { account, keyName }: Caller,
  { reason, ...options }: OperatorOptions,
): (OperatorNote & { readonly requestId?: string }) | EntryRejection {
  return (
    reasonRejection(reason) ?? {
      ...requestIdOf(options),
      operator: account,
      operatorKey: keyName,
      ...(reason !== undefined && { operatorReason: reason }),
    }
  )
}

async function control(
  ports: EntryPorts,
  commands: readonly Command[],
  { waitMs }: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  const submitted = await submitCommands(ports, commands, waitMs)
  if (submitted instanceof Rejection) return submitted
  return { receivedAtMs: submitted.receivedAtMs, applied: submitted.outcomes !== undefined }
}
