import { describe, expect, it } from 'vitest'
import { PHASES } from '../protocol/command/trading-phases.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../protocol/versions.ts'
import { AMEND, CANCEL, CLOSED, CONTINUOUS, CROSSED, HALTED, permissionsOf, REDUCE } from './phase-rules.ts'

const everyRow = [RULES_OLDEST, RULES_NEWEST].flatMap((rules) =>
  PHASES.map((name, phase) => [rules, name, phase] as const),
)

describe('the tables of the phases', () => {
  // order-book.ts does not check these permissions, so every row must have them.
  it.each(everyRow)('rules %d, %s: cancels are allowed, the book does not cross', (rules, _, phase) => {
    const allowed = permissionsOf(rules, phase)
    expect(allowed & CANCEL).toBe(CANCEL)
    if ((allowed & AMEND) !== 0) expect(allowed & REDUCE).toBe(REDUCE)
    expect(allowed & CROSSED).toBe(0)
  })

  it('allows a smaller quantity in HALTED from rules 2 on', () => {
    expect(permissionsOf(1, HALTED)).toBe(CANCEL)
    expect(permissionsOf(2, HALTED)).toBe(CANCEL | REDUCE)
    for (const phase of [CONTINUOUS, CLOSED]) expect(permissionsOf(1, phase)).toBe(permissionsOf(2, phase))
    expect(permissionsOf(2, CLOSED)).toBe(CANCEL)
  })

  it('throws for other rules and other phases', () => {
    expect(() => permissionsOf(0, CONTINUOUS)).toThrow('rules 1 to 2, not 0')
    expect(() => permissionsOf(3, CONTINUOUS)).toThrow('rules 1 to 2, not 3')
    expect(() => permissionsOf(1, PHASES.length)).toThrow('no phase of rules 1 has the number 3')
  })
})
