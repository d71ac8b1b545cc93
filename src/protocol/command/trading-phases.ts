/**
 * The trading phases: one row for each, with the version of the rules that adds it and what it allows. The index in
 * the table is the phase's number in the engine, in snapshots and in stored views, so new rows are added at the end.
 * docs/reference/commands.md has the same table in words.
 */

import type { RejectReason } from '../reasons.ts'

/**
 * What a phase may allow. `reduce` is an amendment that only lowers the quantity; where `amend` is allowed, so is
 * this. `cross` means that the book may be crossed between two commands.
 */
export type PhasePermission = 'place' | 'amend' | 'reduce' | 'cancel' | 'cross'

export interface PhaseRow {
  readonly word: string
  /** The first version of the rules that has the phase. */
  readonly since: number
  /** Each permission with the first version of the rules that gives it. */
  readonly allows: Readonly<Partial<Record<PhasePermission, number>>>
  /** The reason with which an order or an amendment is rejected that the phase does not allow. */
  readonly refusal?: RejectReason
}

export const TRADING_PHASES = [
  { word: 'CONTINUOUS', since: 1, allows: { place: 1, amend: 1, reduce: 1, cancel: 1 } },
  { word: 'HALTED', since: 1, allows: { reduce: 2, cancel: 1 }, refusal: 'symbol_halted' },
  { word: 'CLOSED', since: 1, allows: { cancel: 1 }, refusal: 'symbol_closed' },
] as const satisfies readonly PhaseRow[]

type Words<Rows extends readonly PhaseRow[]> = { readonly [I in keyof Rows]: Rows[I]['word'] }

/** The words of the phases, by number. */
export const PHASES = TRADING_PHASES.map(({ word }) => word) as unknown as Words<typeof TRADING_PHASES>
export type TradingPhase = (typeof PHASES)[number]

/** The first version of the rules that has a phase. */
export const phaseSince = (phase: TradingPhase): number => TRADING_PHASES[PHASES.indexOf(phase)].since
