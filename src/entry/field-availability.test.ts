import { expect, test } from 'vitest'
import { PHASES } from '../protocol/command/trading-phases.ts'
import type { OptionalField } from '../protocol/order/order-fields.ts'
import { RULES_OLDEST } from '../protocol/versions.ts'
import { unavailableField, unavailablePhase } from './field-availability.ts'

const FIELDS = [
  { name: 'expiresAtMs', requestName: 'expiresAt', kind: 'time', since: 1, meaning: 'old', example: 1 },
  { name: 'postOnly', kind: 'flag', since: 2, meaning: 'new', example: true },
] satisfies OptionalField[]
const ORDER = { symbol: 'BTCUSD', side: 'BUY', quantity: 1, expiresAt: 2_000 }
const refusedBy = (rules: number, fields: object) =>
  unavailableField({ ...ORDER, ...fields }, { symbol: 'BTCUSD', rules }, FIELDS)

test('rejects a field that needs newer rules than the symbol follows', () => {
  expect(refusedBy(RULES_OLDEST, { postOnly: true })).toEqual({
    code: 'field_not_available',
    detail: 'postOnly is available from rules 2; BTCUSD follows rules 1. An operator adopts rules 2 with POST /rules.',
    field: 'postOnly',
    retryAfterMs: undefined,
  })
})

test('accepts a field from its version of the rules on, and accepts its absence always', () => {
  expect(refusedBy(2, { postOnly: true })).toBeUndefined()
  expect(refusedBy(RULES_OLDEST, { postOnly: false })).toBeUndefined()
  expect(refusedBy(RULES_OLDEST, {})).toBeUndefined()
})

test('rejects a phase that needs newer rules than the symbol follows', () => {
  const symbol = 'BTCUSD'
  expect(unavailablePhase('HALTED', { symbol, rules: 1 }, 2)).toMatchObject({
    code: 'field_not_available',
    detail: 'HALTED is available from rules 2; BTCUSD follows rules 1. An operator adopts rules 2 with POST /rules.',
    field: 'phase',
  })
  expect(unavailablePhase('HALTED', { symbol, rules: 2 }, 2)).toBeUndefined()
})

test('the oldest rules have every present phase', () => {
  for (const phase of PHASES) expect(unavailablePhase(phase, { symbol: 'BTCUSD', rules: RULES_OLDEST })).toBeUndefined()
})
