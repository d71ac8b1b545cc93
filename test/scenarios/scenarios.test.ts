/**
 * Runs every scenario file beside it, on the fast exchange and on the naive one, and compares the
 * whole text. After a change of rules, `UPDATE_SCENARIOS=1 npx vitest run test/scenarios` prints the
 * files anew; the difference is then reviewed like code. What is written is what the naive exchange
 * does, so an update never records a fault of the fast one.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CANCEL_REASONS, REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { MatchedExchange } from '../model/matched-exchange.ts'
import { ReferenceExchange } from '../model/reference-exchange.ts'
import { runScenario } from './scenario.ts'
import { printScenario } from './scenario-printer.ts'
import { readScenario } from './scenario-reader.ts'

const folder = import.meta.dirname
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8')

test.each(files)('%s', (file) => {
  const scenario = readScenario(textOf(file))
  const run = (Exchange: typeof MatchedExchange | typeof ReferenceExchange) =>
    printScenario(scenario, runScenario(scenario, new Exchange(scenario.instrument.symbol, scenario.ordersMax)))
  if (process.env.UPDATE_SCENARIOS === '1') writeFileSync(join(folder, file), run(ReferenceExchange))
  expect(run(ReferenceExchange)).toBe(textOf(file))
  expect(run(MatchedExchange)).toBe(textOf(file))
})

test('a print reads as the same scenario', () => {
  for (const file of files) expect(readScenario(textOf(file)).steps.length).toBeGreaterThan(0)
})

test('every reason appears in a scenario', () => {
  const all = files.map(textOf).join('\n')
  const missing = [...REJECT_REASONS, ...CANCEL_REASONS].filter((reason) => !all.includes(` ${reason}`))
  expect(missing).toEqual([])
})
