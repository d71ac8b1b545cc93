/**
 * What each trading phase allows: one table for each version of the rules. A book keeps the row of its phase
 * as one integer of permission bits, so that a check costs one load. The number of a phase is its index in PHASES.
 *
 * order-book.ts checks PLACE, AMEND and REDUCE. It does not check CANCEL and MATCH: every phase allows cancels,
 * and every phase that accepts orders matches them. phase-rules.test.ts checks that the tables agree.
 */

import { invariant } from '../protocol/assert.ts'
import { PHASES, type TradingPhase } from '../protocol/command/operator-commands.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../protocol/versions.ts'
import { ENGINE_REASONS, type EngineReason } from './reasons.ts'

/** What a phase may allow. */
export const PLACE = 1
export const AMEND = 2
/** An amendment that only lowers the quantity. Where AMEND is allowed, so is this. */
export const REDUCE = 4
export const CANCEL = 8
export const MATCH = 16
/** The book may be crossed between two commands. */
export const CROSSED = 32

interface PhaseRule {
  readonly allows: number
  /** The reason with which an order or an amendment is rejected. */
  readonly refusal: EngineReason
}

type PhaseTable = Readonly<Record<TradingPhase, PhaseRule>>

const RULES_1: PhaseTable = {
  CONTINUOUS: { allows: PLACE | AMEND | REDUCE | CANCEL | MATCH, refusal: 'none' },
  HALTED: { allows: CANCEL, refusal: 'symbol_halted' },
  CLOSED: { allows: CANCEL, refusal: 'symbol_closed' },
}

const RULES_2: PhaseTable = {
  ...RULES_1,
  HALTED: { allows: REDUCE | CANCEL, refusal: 'symbol_halted' },
}

/** By version of the rules. */
const TABLES: Readonly<Record<number, PhaseTable>> = { 1: RULES_1, 2: RULES_2 }

/** Phases by their number. */
export const CONTINUOUS = PHASES.indexOf('CONTINUOUS')
export const HALTED = PHASES.indexOf('HALTED')
export const CLOSED = PHASES.indexOf('CLOSED')

/** The permission bits of a phase. Asserts that this program supports both numbers. */
export function permissionsOf(rules: number, phase: number): number {
  return ruleOf(rules, phase).allows
}

/** The engine's code of the reason with which a phase rejects orders and amendments. */
export function refusalOf(rules: number, phase: number): number {
  return ENGINE_REASONS.indexOf(ruleOf(rules, phase).refusal)
}

function ruleOf(rules: number, phase: number): PhaseRule {
  const table = rules >= RULES_OLDEST && rules <= RULES_NEWEST ? TABLES[rules] : undefined
  invariant(table !== undefined, `this program supports rules ${RULES_OLDEST} to ${RULES_NEWEST}, not ${rules}`)
  const name = PHASES[phase]
  invariant(name !== undefined, `no phase has the number ${phase}`)
  return table[name]
}
