/**
 * The commands of one request that changes an instrument: its phase, its price band, its names and its bounds. Each
 * kind of change is a separate command. A request that can never apply is rejected whole.
 */

import type { Command } from '../protocol/command/commands.ts'
import type { OperatorNote } from '../protocol/command/operator-commands.ts'
import { PHASES, type TradingPhase } from '../protocol/command/trading-phases.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { Rejection } from '../protocol/rejection.ts'
import { type DecimalInput, priceOf } from './decimals.ts'
import type { EntryRejection } from './entry-codes.ts'
import { unavailablePhase } from './field-availability.ts'
import { type AskedBounds, assetRejection, boundsOf } from './instrument-terms.ts'

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

/** The fields that every operator command has. */
export type Note = OperatorNote & { readonly requestId?: string }

/** The commands of a change, in the order in which they are applied. */
export function changeCommands(
  instrument: ListedInstrument,
  changes: InstrumentChanges,
  note: Note,
): readonly Command[] | EntryRejection {
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
  if (terms instanceof Rejection) return terms
  const band = changes.priceBand === undefined ? undefined : bandOf(changes.priceBand ?? {}, instrument)
  if (band instanceof Rejection) return band
  const changed = { ...(base !== undefined && { base }), ...(quote !== undefined && { quote }), ...terms }
  const commands: Command[] = []
  // Other changes apply while trading is stopped: after a phase that stops it, and before one that starts it.
  if (phase !== undefined && phase !== 'CONTINUOUS') commands.push({ kind: 'ChangePhase', symbol, ...note, phase })
  if (Object.keys(changed).length > 0) commands.push({ kind: 'ChangeInstrument', symbol, ...note, ...changed })
  if (band !== undefined) commands.push({ kind: 'SetPriceBand', symbol, ...note, ...band })
  if (phase === 'CONTINUOUS') commands.push({ kind: 'ChangePhase', symbol, ...note, phase })
  if (commands.length === 0) return new Rejection('nothing_to_change', 'Send at least one field to change.')
  return closed ? isClosed(symbol) : commands
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

export const isClosed = (symbol: string): EntryRejection =>
  new Rejection('instrument_closed', `${symbol} is closed; an operator can define it again.`)
