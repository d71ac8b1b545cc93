/**
 * The commands of the demo market, for all its instruments. The same seed, rate, order ids and terms give the same
 * commands, whatever the exchange answers. Nothing here reads a clock: each command takes its share of a second.
 */

import { MAKERS, TAKERS } from './demo-accounts.ts'
import type { DemoCommand } from './demo-command.ts'
import type { MarketTerms } from './market-terms.ts'
import type { Quote } from './quote-book.ts'
import { Random } from './random.ts'
import { SymbolFlow } from './symbol-flow.ts'

/** Places for open orders, over all instruments. Up to 15 instruments have all levels. */
export const QUOTES_MAX = 2_000
/**
 * Levels of a maker on each side. The makers of a slow market have fewer: they could not follow the price with all of
 * them.
 */
const LEVELS_MAX = 20
const LEVELS_MIN = 8
const COMMANDS_PER_LEVEL = 8
/** Instruments with fewer places have no orders of takers who wait, and those with still fewer have one maker. */
const PLACES_FOR_WAITING = 40
const PLACES_FOR_MAKERS = 6

export interface DemoPlan {
  readonly seed: number
  /** Commands a second. */
  readonly rate: number
  readonly instruments: readonly MarketTerms[]
  /** Order ids begin with this text. */
  readonly idPrefix: string
}

export class DemoGenerator {
  private readonly flows: readonly SymbolFlow[]
  private readonly random: Random
  private readonly weights: readonly number[]
  private readonly totalWeight: number
  private readonly rate: number
  /** Commands of the last call, by flow. */
  private readonly pace: number[]
  private ids = 0

  /** Asserts at least one instrument. */
  constructor({ seed, rate, instruments, idPrefix }: DemoPlan) {
    const places = Math.floor(QUOTES_MAX / instruments.length)
    const newId = () => `${idPrefix}${++this.ids}`
    this.flows = instruments.map((terms) => new SymbolFlow(terms, quotesOf(places, rate), seed, newId))
    this.random = new Random(seed, '')
    this.weights = instruments.map(({ weight }) => weight)
    this.totalWeight = this.weights.reduce((sum, weight) => sum + weight, 0)
    this.rate = rate
    this.pace = instruments.map(() => 1)
  }

  /** The quotes with which the markets open. They take no time. */
  opening(): DemoCommand[] {
    return this.flows.flatMap((flow) => flow.opening())
  }

  /** The next commands: at least one, all of one instrument. They should reach the exchange together. */
  next(): DemoCommand[] {
    const i = this.nextFlow()
    const seconds = (this.pace[i] * this.totalWeight) / (this.weights[i] * this.rate)
    const commands = this.flows[i].next(seconds)
    this.pace[i] = commands.length
    return commands
  }

  /** The orders of an account that the generator takes to be open. */
  openOrders(account: string): Set<string> {
    const open = new Set<string>()
    for (const { book } of this.flows) {
      for (const quote of book.quotes) {
        if (quote.account === account && quote.orderId !== undefined) open.add(quote.orderId)
      }
    }
    return open
  }

  private nextFlow(): number {
    let drawn = this.random.next() * this.totalWeight
    for (let i = 0; i < this.weights.length; i++) {
      drawn -= this.weights[i]
      if (drawn < 0) return i
    }
    return this.weights.length - 1
  }
}

/** The places of an instrument: at most `places`. */
function quotesOf(places: number, rate: number): Quote[] {
  const waiting = places >= PLACES_FOR_WAITING ? TAKERS : []
  const makers = places >= PLACES_FOR_MAKERS ? MAKERS : MAKERS.slice(0, 1)
  const most = Math.min(LEVELS_MIN + Math.floor(rate / COMMANDS_PER_LEVEL), LEVELS_MAX)
  const levels = Math.min(Math.floor((places - 2 * waiting.length) / (2 * makers.length)), most)
  const quotes: Quote[] = []
  for (const side of ['BUY', 'SELL'] as const) {
    for (const [m, account] of makers.entries()) {
      for (let i = 0; i < levels; i++) {
        const level = ((i + m / makers.length) * LEVELS_MAX) / levels
        quotes.push({ ...EMPTY, account, side, maker: true, level, amends: m !== 1 })
      }
    }
    for (const account of waiting) quotes.push({ ...EMPTY, account, side, maker: false, level: 0, amends: false })
  }
  return quotes
}

const EMPTY = { jitter: 0, orderId: undefined, price: 0, entered: 0, lots: 0, placedLots: 0 }
