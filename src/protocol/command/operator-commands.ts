/**
 * The commands of operators: phases, price bands, instruments and rules. Each may contain the operator, the key
 * and a reason, which its events repeat. docs/reference/commands.md is their specification.
 */

import type { Ticks } from '../units.ts'
import type { TradingPhase } from './trading-phases.ts'

/** The operator who sent a command. Unknown fields are absent. */
export interface OperatorNote {
  /** Account. */
  readonly operator?: string
  /** Name of the key that was used. */
  readonly operatorKey?: string
  /** Free text: client-text.ts, at most OPERATOR_REASON_LENGTH_MAX code points. */
  readonly operatorReason?: string
}

interface ControlBase extends OperatorNote {
  readonly symbol: string
  readonly requestId?: string
}

export interface ChangePhase extends ControlBase {
  readonly kind: 'ChangePhase'
  readonly phase: TradingPhase
}

/** An absent bound is removed. */
export interface SetPriceBand extends ControlBase {
  readonly kind: 'SetPriceBand'
  readonly low?: Ticks
  readonly high?: Ticks
}

/** The terms of an instrument, in decimal text. */
export interface InstrumentTerms {
  readonly base: string
  readonly quote: string
  readonly tickSize: string
  readonly lotSize: string
  readonly minQuantity?: string
  readonly maxQuantity?: string
}

/** Lists an instrument, or reopens a closed one with the same tick and lot. */
export interface DefineInstrument extends ControlBase, InstrumentTerms {
  readonly kind: 'DefineInstrument'
}

/** At least one field. Tick and lot never change. */
export interface ChangeInstrument extends ControlBase, Partial<Omit<InstrumentTerms, 'tickSize' | 'lotSize'>> {
  readonly kind: 'ChangeInstrument'
}

/** Cancels every open order of the symbol and ends trading in it. */
export interface CloseInstrument extends ControlBase {
  readonly kind: 'CloseInstrument'
}

/** Sets the version of the rules (versions.ts) for the symbol; without a symbol, for every symbol. */
export interface AdoptRules extends Omit<ControlBase, 'symbol'> {
  readonly kind: 'AdoptRules'
  readonly symbol?: string
  readonly rules: number
}

export type OperatorCommand =
  | ChangePhase
  | SetPriceBand
  | DefineInstrument
  | ChangeInstrument
  | CloseInstrument
  | AdoptRules

/** undefined: the command is not an operator's, or does not contain the operator. */
export function operatorNoteOf(command: object): OperatorNote | undefined {
  const { operator, operatorKey, operatorReason } = command as OperatorNote
  if (operator === undefined && operatorKey === undefined && operatorReason === undefined) return undefined
  return {
    ...(operator !== undefined && { operator }),
    ...(operatorKey !== undefined && { operatorKey }),
    ...(operatorReason !== undefined && { operatorReason }),
  }
}
