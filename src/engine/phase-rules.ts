/**
 * What each trading phase allows under each version of the rules, as one integer of permission bits, so that a
 * check costs one load. The table of the phases (trading-phases.ts) has the permissions as words. The number of a
 * phase is its index in that table.
 *
 * order-book.ts checks PLACE, AMEND and REDUCE. It does not check CANCEL, because every phase allows cancels;
 * phase-rules.test.ts checks that the table agrees. Orders that a phase accepts are matched at once.
 */

import { invariant } from '../protocol/assert.ts'
import { PHASES, type PhasePermission, type PhaseRow, TRADING_PHASES } from '../protocol/command/trading-phases.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../protocol/versions.ts'
import { ENGINE_REASONS } from './reasons.ts'

/** What a phase may allow. */
export const PLACE = 1
export const AMEND = 2
/** An amendment that only lowers the quantity. Where AMEND is allowed, so is this. */
export const REDUCE = 4
export const CANCEL = 8
/** The book may be crossed between two commands. */
export const CROSSED = 16

const BITS: Readonly<Record<PhasePermission, number>> = {
  place: PLACE,
  amend: AMEND,
  reduce: REDUCE,
  cancel: CANCEL,
  cross: CROSSED,
}

/** Phases by their number. */
export const CONTINUOUS = PHASES.indexOf('CONTINUOUS')
export const HALTED = PHASES.indexOf('HALTED')
export const CLOSED = PHASES.indexOf('CLOSED')

/** The permission bits of a phase. Asserts that this program supports the rules, and that they have the phase. */
export function permissionsOf(rules: number, phase: number): number {
  let bits = 0
  for (const [permission, since] of Object.entries(rowOf(rules, phase).allows)) {
    if (since <= rules) bits |= BITS[permission as PhasePermission]
  }
  return bits
}

/** The engine's code of the reason with which a phase rejects orders and amendments. */
export function refusalOf(rules: number, phase: number): number {
  return ENGINE_REASONS.indexOf(rowOf(rules, phase).refusal ?? 'none')
}

function rowOf(rules: number, phase: number): PhaseRow {
  const known = rules >= RULES_OLDEST && rules <= RULES_NEWEST
  invariant(known, `this program supports rules ${RULES_OLDEST} to ${RULES_NEWEST}, not ${rules}`)
  const row: PhaseRow | undefined = TRADING_PHASES[phase]
  invariant(row !== undefined && row.since <= rules, `no phase of rules ${rules} has the number ${phase}`)
  return row
}
