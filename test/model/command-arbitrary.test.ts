/** Checks that the generated commands reach every rule, because otherwise the comparison would not test it. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CANCEL_REASONS, REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { market, TEST_TERMS, timedCommands } from './command-arbitrary.ts'
import { ReferenceExchange } from './reference-exchange.ts'

test('the generated commands cause every reason', () => {
  const seen = new Set<string>()
  const run = fc.tuple(market, timedCommands({ minLength: 1, maxLength: 300 }))
  for (const [{ symbol, ordersMax, rules }, commands] of fc.sample(run, { seed: 1, numRuns: 60 })) {
    const exchange = new ReferenceExchange(symbol, ordersMax, rules, TEST_TERMS)
    for (const { command, timestampMs } of commands) {
      for (const event of exchange.apply(command, timestampMs)) if ('reason' in event) seen.add(event.reason)
    }
  }
  expect([...seen].sort()).toEqual([...new Set([...REJECT_REASONS, ...CANCEL_REASONS])].sort())
})
