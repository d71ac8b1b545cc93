/**
 * Runs every scenario file of this folder on the fast and on the naive exchange, and compares the whole text. After a
 * change of rules, `UPDATE_SCENARIOS=1 npx vitest run test/scenarios` prints the files again, and the difference is
 * reviewed like code. The naive exchange gives the printed events, so an update never records a fault of the fast one.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { instrumentText } from '../../src/protocol/instrument/instrument.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { market, SYMBOL, TEST_TERMS, timedCommands } from '../model/command-arbitrary.ts'
import { MatchedExchange } from '../model/matched-exchange.ts'
import { ReferenceExchange } from '../model/reference-exchange.ts'
import { runScenario, type Scenario, scenarioOf } from './scenario.ts'
import { printScenario } from './scenario-printer.ts'
import { readScenario } from './scenario-reader.ts'

const folder = import.meta.dirname
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8')

test.each(files)('%s', (file) => {
  const scenario = readScenario(textOf(file))
  const { ordersMax, rules } = scenario
  const { symbol, ...terms } = instrumentText(scenario.instrument)
  const run = (Exchange: typeof MatchedExchange | typeof ReferenceExchange) =>
    printScenario(scenario, runScenario(scenario, new Exchange(symbol, ordersMax, rules, terms)))
  if (process.env.UPDATE_SCENARIOS === '1') writeFileSync(join(folder, file), run(ReferenceExchange))
  expect(run(ReferenceExchange)).toBe(textOf(file))
  expect(run(MatchedExchange)).toBe(textOf(file))
})

test('a generated run can be kept as a scenario', () => {
  const property = fc.property(
    market,
    timedCommands({ minLength: 1, maxLength: 60 }),
    ({ ordersMax, rules }, commands) => {
      const scenario = scenarioOf(commands, ordersMax, rules)
      const run = (scenario: Scenario) =>
        printScenario(scenario, runScenario(scenario, new ReferenceExchange(SYMBOL, ordersMax, rules, TEST_TERMS)))
      expect(run(readScenario(run(scenario)))).toBe(run(scenario))
    },
  )
  fc.assert(property, { numRuns: 50 })
})

test.each([
  '',
  '> place ann/a1',
  '> buy ann/a1 1 @ 1',
  '> book now',
  '> place ann BUY 1 @ 1',
  '> place a/b BUY 1 @ 1.001',
])('%j is not a scenario', (text) => {
  expect(() => readScenario(text)).toThrow()
})

test('every reason appears in a scenario', () => {
  const all = files.map(textOf).join('\n')
  const missing = [...REJECT_REASONS, ...CANCEL_REASONS].filter((reason) => !all.includes(` ${reason}`))
  expect(missing).toEqual([])
})
