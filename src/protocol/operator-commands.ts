/**
 * The commands of operators: phases, price bands, instruments and rules. Each may say who gave it and why; its
 * events repeat that. docs/reference/commands.md is their specification.
 */

import type { Ticks } from './units.ts'

/**
 * What a symbol allows. The place in this list is the phase's number in the engine and in snapshots, so new
 * phases are added at the end. engine/phase-rules.ts says what each phase allows.
 */
export const PHASES = ['CONTINUOUS', 'HALTED', 'CLOSED'] as const
export type TradingPhase = (typeof PHASES)[number]

/** Who gave an operator command. Each part is absent if it is not known. */
export interface OperatorNote {
  /** Account. */
  readonly operator?: string
  /** Name of the key that was used. */
  readonly operatorKey?: string
  /** In the operator's own words: 1 to OPERATOR_REASON_LENGTH_MAX characters. */
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

/** A bound that is absent is lifted. */
export interface SetPriceBand extends ControlBase {
  readonly kind: 'SetPriceBand'
  readonly low?: Ticks
  readonly high?: Ticks
}

/** What an instrument is, in decimal text. */
export interface InstrumentTerms {
  readonly base: string
  readonly quote: string
  readonly tickSize: string
  readonly lotSize: string
  readonly minQuantity?: string
  readonly maxQuantity?: string
}

/** Lists an instrument, or reopens a closed one with the tick and lot it had. */
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

/** From here on the symbol, or without one every symbol, follows this version of the rules (versions.ts). */
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

/** undefined: the command is not an operator's, or does not say who gave it. */
export function operatorNoteOf(command: object): OperatorNote | undefined {
  const { operator, operatorKey, operatorReason } = command as OperatorNote
  if (operator === undefined && operatorKey === undefined && operatorReason === undefined) return undefined
  return {
    ...(operator !== undefined && { operator }),
    ...(operatorKey !== undefined && { operatorKey }),
    ...(operatorReason !== undefined && { operatorReason }),
  }
}
