/**
 * What the demo market of an instrument looks like: its price at the start, the usual size of an order, and how busy
 * it is. The instruments of a new exchange have believable terms. Any other instrument begins at its last trade, or at a price of 100.
 */

import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import { PRICE_TICKS_MAX } from '../protocol/limits.ts'
import type { Step } from '../protocol/units.ts'

export interface MarketTerms {
  readonly symbol: string
  /** The price at the start, in ticks. */
  readonly startTicks: number
  /** The usual size of an order, in lots. */
  readonly usualLots: number
  /** Sizes are multiples of this number of lots, so that they look as if people had chosen them. */
  readonly roundLots: number
  readonly minLots: number
  readonly maxLots: number
  /** The share of commands that the instrument gets, relative to the others. */
  readonly weight: number
  /** How much the price moves, relative to BTCUSD. */
  readonly volatility: number
}

interface Known {
  readonly price: string
  readonly usual: string
  readonly round: string
  readonly weight: number
  readonly volatility: number
}

const KNOWN: Readonly<Record<string, Known>> = {
  BTCUSD: { price: '50000', usual: '0.3', round: '0.0001', weight: 5, volatility: 1 },
  ETHUSD: { price: '3000', usual: '3.5', round: '0.001', weight: 3, volatility: 1.3 },
  'ENERGY-DE': { price: '80', usual: '12', round: '0.1', weight: 2, volatility: 2 },
}
const OTHER: Known = { price: '100', usual: '25', round: '0.01', weight: 2, volatility: 1.5 }

/** A price of fewer ticks has no room for levels below it, and one of more has none above. */
const START_TICKS_MIN = 500
const START_TICKS_MAX = Math.floor(PRICE_TICKS_MAX / 4)
/** The usual size in lots: orders have a hundredth to ten times of it. */
const USUAL_LOTS_MIN = 20
const USUAL_LOTS_MAX = 2 ** 40

/** `lastTicks`: the price of the last trade, where there is one. */
export function marketTerms(instrument: ListedInstrument, lastTicks: number | undefined): MarketTerms {
  const { symbol, tick, lot, quantityMax } = instrument
  const known = KNOWN[symbol] ?? OTHER
  const startTicks = lastTicks ?? Math.max(stepsBelow(known.price, tick), START_TICKS_MIN)
  const minLots = instrument.minQuantity ?? 1
  const maxLots = Math.min(instrument.maxQuantity ?? quantityMax, USUAL_LOTS_MAX * 100)
  const usualLots = within(stepsBelow(known.usual, lot), Math.min(minLots * 2, maxLots), maxLots)
  return {
    symbol,
    startTicks: Math.min(startTicks, START_TICKS_MAX),
    usualLots: within(usualLots, Math.min(USUAL_LOTS_MIN, maxLots), USUAL_LOTS_MAX),
    roundLots: Math.max(1, stepsBelow(known.round, lot)),
    minLots,
    maxLots,
    weight: known.weight,
    volatility: known.volatility,
  }
}

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/** The whole steps in a decimal, at least 0. Unlike a price of a client it may be between two steps. */
function stepsBelow(decimal: string, { decimals, multiple }: Step): number {
  const [whole, fraction = ''] = decimal.split('.')
  const scaled = BigInt(whole + fraction.padEnd(decimals, '0').slice(0, decimals))
  return Number(scaled / BigInt(multiple))
}
