/**
 * The engine's commands as plain data, and a generator of them from a seed. The name of an order is the number of
 * the command that placed it, so that two engines can run the same commands. The mix prefers difficult cases:
 * crowded prices, names of closed orders, the ends of every range.
 */

import { PRICE_TICKS_MAX, QUANTITY_LOTS_MAX } from '../../src/protocol/limits.ts'
import {
  FILL_OR_KILL,
  GOOD_TILL_DATE,
  IMMEDIATE_OR_CANCEL,
  MARKET,
  POST_ONLY,
  SELL,
  STP_SHIFT,
} from '../../src/protocol/order/order-options.ts'

export interface Place {
  readonly kind: 'place'
  readonly options: number
  readonly price: number
  readonly quantity: number
  readonly account: number
  readonly expiresAtMs: number
}

export type EngineCommand = { readonly timestampMs: number } & (
  | Place
  | { readonly kind: 'cancel'; readonly name: number }
  | { readonly kind: 'amend'; readonly name: number; readonly price: number; readonly quantity: number }
  | { readonly kind: 'cancelAll'; readonly account: number }
  | { readonly kind: 'time' | 'close' | 'reopen' }
  | { readonly kind: 'phase'; readonly phase: number }
  | { readonly kind: 'rules'; readonly rules: number }
  | { readonly kind: 'band'; readonly low: number; readonly high: number }
)

/** Random integers below a bound: xorshift, the same on every machine. */
export function randomFrom(seed: number): (below: number) => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** An endless stream of commands. `calm` leaves out phases, bands and huge quantities. */
export function* commands(seed: number, calm = false): Generator<EngineCommand> {
  const random = randomFrom(seed)
  const spread = 1 + random(24)
  let timestampMs = 1_000
  let middle = 1_000 + random(100_000)
  for (let number = 1; ; number++) {
    if (random(8) === 0) timestampMs += random(6)
    if (random(200) === 0) middle = Math.max(200, middle + random(401) - 200)
    const price = priceNear(random, middle, spread, calm)
    const quantity = !calm && random(400) === 0 ? QUANTITY_LOTS_MAX - random(3) : 1 + random(random(4) === 0 ? 100 : 10)
    const dice = random(1_000)
    const name = Math.max(1, number - 1 - random(random(3) === 0 ? 400 : 40))
    if (dice < 560) yield place(random, timestampMs, price, quantity)
    else if (dice < 830) yield { kind: 'cancel', timestampMs, name }
    else if (dice < 965) yield { kind: 'amend', timestampMs, name, price, quantity }
    else if (dice < 986) yield { kind: 'cancelAll', timestampMs, account: 1 + random(5) }
    else if (dice < 990 || calm) yield { kind: 'time', timestampMs }
    else if (dice < 994) yield phaseChange(random, timestampMs)
    else if (random(3) === 0) {
      yield { kind: 'band', timestampMs, low: Math.max(1, price - random(30)), high: price + random(30) }
    } else yield { kind: 'band', timestampMs, low: 1, high: PRICE_TICKS_MAX }
  }
}

/** Mostly CONTINUOUS, because otherwise few orders would trade. */
function phaseChange(random: (below: number) => number, timestampMs: number): EngineCommand {
  const dice = random(40)
  if (dice === 0) return { kind: 'close', timestampMs }
  if (dice === 1) return { kind: 'rules', timestampMs, rules: 1 + random(2) }
  if (dice < 5) return { kind: 'reopen', timestampMs }
  return { kind: 'phase', timestampMs, phase: Math.max(0, random(12) - 9) }
}

function priceNear(random: (below: number) => number, middle: number, spread: number, calm: boolean): number {
  const dice = calm ? 1 : random(300)
  if (dice === 0) return PRICE_TICKS_MAX - 30 - random(2)
  if (dice === 299) return 1 + random(3)
  // One price in twenty is far away, in another leaf or another node of the ladder.
  const reach = random(20) === 0 ? spread * 1_000 : spread
  return Math.max(1, middle + random(2 * reach + 1) - reach)
}

function place(
  random: (below: number) => number,
  timestampMs: number,
  price: number,
  quantity: number,
): EngineCommand & Place {
  let options = random(2) === 0 ? SELL : 0
  if (random(3) === 0) options |= random(4) << STP_SHIFT
  const form = random(20)
  if (form === 0) options |= MARKET | IMMEDIATE_OR_CANCEL
  else if (form === 1) options |= MARKET | FILL_OR_KILL
  else if (form < 4) options |= IMMEDIATE_OR_CANCEL
  else if (form < 6) options |= FILL_OR_KILL
  else if (form < 9) options |= GOOD_TILL_DATE
  if (form >= 6 && form < 12 && random(2) === 0) options |= POST_ONLY
  const expiresAtMs = (options & GOOD_TILL_DATE) !== 0 ? timestampMs + random(25) : 0
  return { kind: 'place', timestampMs, options, price, quantity, account: 1 + random(5), expiresAtMs }
}
