/**
 * A scenario: a rule in words, the commands that show it, and their events line by line. This file defines the parts of
 * a scenario. scenario-reader.ts and scenario-printer.ts implement its text, which README.md specifies.
 */

import type { Command } from '../../src/protocol/command/commands.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { type Instrument, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import type { OrderRecord } from '../../src/protocol/records.ts'
import type { TimedCommand } from '../model/command-arbitrary.ts'
import type { BookListing, TestedExchange } from '../model/tested-exchange.ts'

export interface Scenario {
  /** Title, rule and settings: the unchanged lines before the first step. */
  readonly heading: readonly string[]
  readonly instrument: Instrument
  /** Maximum of orders in the book; undefined for the ordinary limit. */
  readonly ordersMax: number | undefined
  readonly rules: number
  readonly steps: readonly Step[]
}

export type Step =
  | { readonly kind: 'at'; readonly timestampMs: number }
  | { readonly kind: 'apply'; readonly command: Command }
  | { readonly kind: 'book' }
  | { readonly kind: 'orders' }

/** A step and its result. */
export type Outcome =
  | { readonly kind: 'at'; readonly timestampMs: number }
  | {
      readonly kind: 'apply'
      readonly command: Command
      readonly timestampMs: number
      readonly events: readonly Event[]
    }
  | { readonly kind: 'book'; readonly book: BookListing }
  | { readonly kind: 'orders'; readonly orders: readonly OrderRecord[] }

/** The instrument of scenarios that define none. */
export const TEST_INSTRUMENT = parseInstrument({
  symbol: 'TEST',
  base: 'TST',
  quote: 'USD',
  tickSize: '0.01',
  lotSize: '0.1',
})

/** A run of generated commands as a scenario with a placeholder title and rule. */
export function scenarioOf(commands: readonly TimedCommand[], ordersMax: number, rules: number): Scenario {
  const steps: Step[] = []
  let nowMs = 0
  for (const { command, timestampMs } of commands) {
    if (timestampMs !== nowMs) steps.push({ kind: 'at', timestampMs })
    nowMs = timestampMs
    steps.push({ kind: 'apply', command })
  }
  steps.push({ kind: 'book' }, { kind: 'orders' })
  const heading = ['A title', '', 'The rule.', '', `the book holds ${ordersMax} orders at most`, `rules ${rules}`, '']
  return { heading, instrument: TEST_INSTRUMENT, ordersMax, rules, steps }
}

export function runScenario(scenario: Scenario, exchange: TestedExchange): Outcome[] {
  const outcomes: Outcome[] = []
  let timestampMs = 0
  for (const step of scenario.steps) {
    switch (step.kind) {
      case 'at':
        timestampMs = step.timestampMs
        outcomes.push(step)
        break
      case 'apply':
        outcomes.push({ ...step, timestampMs, events: exchange.apply(step.command, timestampMs) })
        break
      case 'book':
        outcomes.push({ kind: 'book', book: exchange.book() })
        break
      case 'orders':
        outcomes.push({ kind: 'orders', orders: structuredClone(exchange.records()) })
        break
    }
  }
  return outcomes
}
