/**
 * The commands of operators: they define, change and close instruments, and adopt rules. Each command contains
 * the operator's account, the name of the key, and the reason if one was sent. Entry rejects commands that can
 * never apply, and commands that the directory of instruments shows as already done. The matcher checks phases.
 */

import type { Command } from '../protocol/command/commands.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { INSTRUMENTS_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import { RULES_FIRST, RULES_NEWEST, RULES_OLDEST } from '../protocol/versions.ts'
import type { Caller } from './caller.ts'
import type { EntryRejection } from './entry-codes.ts'
import { type EntryPorts, requestIdOf, type SubmitOptions } from './entry-ports.ts'
import { changeCommands, type InstrumentChanges, isClosed, type Note } from './instrument-changes.ts'
import { type InstrumentFields, instrumentTerms, reasonRejection } from './instrument-terms.ts'
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

/**
 * Defines an instrument, or reopens a closed one. Rejections: invalid_value, invalid_step_size, those of a
 * quantity, min_quantity_above_max, too_many_instruments, instrument_exists.
 */
export function defineInstrument(
  ports: EntryPorts,
  caller: Caller,
  fields: InstrumentFields,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  return control(ports, caller, options, (note) => {
    const terms = instrumentTerms(fields)
    if (terms instanceof Rejection) return terms
    const { symbol, tickSize, lotSize } = terms
    const listed = ports.instruments.get(symbol)
    // On one machine the exchange enforces the limit. This check is the only one on AWS.
    if (listed === undefined && ports.instruments.size >= INSTRUMENTS_MAX) return tooManyInstruments()
    if (listed?.closed === false) return new Rejection('instrument_exists', `${symbol} is open.`, 'symbol')
    if (listed !== undefined && (listed.text.tickSize !== tickSize || listed.text.lotSize !== lotSize)) {
      const had = `tick ${listed.text.tickSize} and lot ${listed.text.lotSize}`
      const detail = `${symbol} is closed; it can only be defined again with ${had}.`
      return new Rejection('instrument_exists', detail, 'symbol')
    }
    return [{ kind: 'DefineInstrument', ...note, ...terms }]
  })
}

/**
 * Changes an instrument. Each kind of change is a separate command: if the matcher rejects one, the others
 * still apply. Rejections: wrong_type, invalid_value, tick_and_lot_fixed, field_not_available, those of a quantity
 * and of a price, min_quantity_above_max, band_low_above_high, nothing_to_change, instrument_closed;
 * phase_unchanged, if the request waited.
 */
export function changeInstrument(
  ports: EntryPorts,
  caller: Caller,
  instrument: ListedInstrument,
  changes: InstrumentChanges,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  return control(ports, caller, options, (note) => changeCommands(instrument, changes, note))
}

/** Closes an instrument, which cancels its open orders. Rejections: invalid_value, instrument_closed. */
export function closeInstrument(
  ports: EntryPorts,
  caller: Caller,
  { symbol, closed }: ListedInstrument,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  return control(ports, caller, options, (note) =>
    closed ? isClosed(symbol) : [{ kind: 'CloseInstrument', symbol, ...note }],
  )
}

/** Adopts a version of the rules for all symbols. Rejections: invalid_value, unknown_rules, rules_not_newer. */
export function adoptRules(
  ports: EntryPorts,
  caller: Caller,
  rules: number,
  options: OperatorOptions,
): Promise<Controlled | EntryRejection> {
  return control(ports, caller, options, (note) => {
    if (!Number.isInteger(rules) || rules < RULES_OLDEST || rules > RULES_NEWEST) {
      const detail = `This program knows rules ${RULES_OLDEST} to ${RULES_NEWEST}.`
      return new Rejection('unknown_rules', detail, 'rules')
    }
    const followed = rulesInForce(ports)
    if (followed >= rules) {
      return new Rejection('rules_not_newer', `The exchange already follows rules ${followed}.`, 'rules')
    }
    return [{ kind: 'AdoptRules', ...note, rules }]
  })
}

/** The version of the rules that every symbol follows: the oldest version of all symbols. */
export function rulesInForce({ instruments }: Pick<EntryPorts, 'instruments'>): number {
  if (instruments.size === 0) return RULES_FIRST
  let oldest = RULES_NEWEST
  for (const { rules } of instruments.values()) oldest = Math.min(oldest, rules)
  return oldest
}

/** Submits the commands that `commandsOf` makes. Rejections: invalid_value of the reason, then those of `commandsOf`. */
async function control(
  ports: EntryPorts,
  { account, keyName }: Caller,
  options: OperatorOptions,
  commandsOf: (note: Note) => readonly Command[] | EntryRejection,
): Promise<Controlled | EntryRejection> {
  const { reason, requestId } = options
  const unreasoned = reasonRejection(reason, rulesInForce(ports))
  if (unreasoned !== undefined) return unreasoned
  const commands = commandsOf({
    ...requestIdOf({ requestId }),
    operator: account,
    operatorKey: keyName,
    ...(reason !== undefined && { operatorReason: reason }),
  })
  if (commands instanceof Rejection) return commands
  const submitted = await submitCommands(ports, commands, options)
  if (submitted instanceof Rejection) return submitted
  return { receivedAtMs: submitted.receivedAtMs, applied: submitted.outcomes !== undefined }
}
