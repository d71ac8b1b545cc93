/**
 * Warnings before an order that is probably a slip of the hand. Each has a limit that is stated here with its
 * arithmetic. A warning asks for confirmation; it never refuses an order. The exchange's own protection is the price
 * band, which this does not replace.
 */

import type { LevelText } from '../../../src/marketdata/book-level.ts'
import type { Side } from '../../../src/protocol/order/order-words.ts'
import { countSteps } from '../../../src/protocol/units.ts'
import { floorSteps, type Steps } from '../text/steps.ts'
import { type Estimate, estimate, type VisibleBook } from './estimate.ts'

/**
 * How far a price may reach through the best opposite price. A wrong digit before the point changes a price by far
 * more: the smallest change of the second digit of 50,000 is 1,000, which is 2 %. A usual marketable limit is below 1 %.
 */
export const THROUGH_PERCENT_MAX = 2
/** Levels that one order may trade through. A book has 100 visible levels; usual orders touch 1 to 3. */
export const LEVELS_MAX = 10
/**
 * Times the usual size, which is the larger one of two medians: of the last trades, and of the visible levels. One digit
 * too many makes ten times the order. Most orders are smaller than a level, which often has several of them.
 */
export const TIMES_USUAL_MAX = 10
/** Fewer trades or levels have no meaningful median. */
export const SAMPLES_MIN = 10
/** Part of the visible quantity on the side that the order meets. A book of fewer levels has no meaningful total. */
export const BOOK_PERCENT_MAX = 50

export interface Warning {
  readonly field: 'price' | 'quantity'
  readonly text: string
}

export interface PlannedOrder {
  readonly side: Side
  readonly lots: number
  /** In ticks; undefined: a market order. */
  readonly limit: number | undefined
  /** Fill or kill: what cannot trade in full does not trade at all. */
  readonly isWhole?: boolean
}

export interface Market extends VisibleBook {
  /** Quantities of the last trades. */
  readonly traded: readonly string[]
  /** The last price, used if the opposite side is empty. */
  readonly last: string | undefined
}

const NOT_COMPARED: Warning = {
  field: 'price',
  text: 'The book is not current, so neither the price nor the quantity was compared with the market.',
}

/** The warnings of an order, most serious first. `market`: undefined if the screen has no present book. */
export function warningsOf(order: PlannedOrder, market: Market | undefined, steps: Steps): readonly Warning[] {
  if (market === undefined) return [NOT_COMPARED]
  const result = estimate(order.side, order.lots, order.limit, market, steps)
  return [
    ...priceWarnings(order, result, market, steps),
    ...exhaustedWarnings(order, result),
    ...levelWarnings(result),
    ...sizeWarnings(order, market, steps),
  ]
}

/** Whole percent, rounded down, by which `ticks` is worse for the order than `fair`; negative: better. */
function percentThrough(side: Side, ticks: number, fair: number): number {
  const worse = BigInt(side === 'BUY' ? ticks - fair : fair - ticks)
  return Number((worse * 100n) / BigInt(fair))
}

/** A limit exactly at the maximum gives no warning. */
const isThrough = (side: Side, ticks: number, fair: number): boolean =>
  BigInt(side === 'BUY' ? ticks - fair : fair - ticks) * 100n > BigInt(THROUGH_PERCENT_MAX) * BigInt(fair)

function priceWarnings({ side, limit }: PlannedOrder, result: Estimate, market: Market, { tick }: Steps): Warning[] {
  const last = market.last === undefined ? undefined : countSteps(market.last, tick)
  const fair = result.best ?? (typeof last === 'number' ? last : undefined)
  const reached = limit ?? result.worst
  if (fair === undefined || reached === undefined || !isThrough(side, reached, fair)) return []
  const percent = percentThrough(side, reached, fair)
  const direction = side === 'BUY' ? 'above' : 'below'
  const reference = result.best === undefined ? 'the last price' : side === 'BUY' ? 'the best ask' : 'the best bid'
  const text =
    limit === undefined
      ? `The order would trade up to ${percent} % ${direction} ${reference}.`
      : `The price is ${percent} % ${direction} ${reference}.`
  return [{ field: limit === undefined ? 'quantity' : 'price', text }]
}

function exhaustedWarnings({ limit, isWhole }: PlannedOrder, { filled, rest }: Estimate): Warning[] {
  if (limit !== undefined || rest === 0n) return []
  const canceled = isWhole ? 'If it cannot trade in full, it is canceled.' : 'What finds no counterparty is canceled.'
  const text =
    filled === 0n
      ? 'The book shows nothing to trade with.'
      : `The quantity is more than the visible book has. ${canceled}`
  return [{ field: 'quantity', text }]
}

function levelWarnings({ levels }: Estimate): Warning[] {
  if (levels <= LEVELS_MAX) return []
  return [{ field: 'quantity', text: `The order would trade through ${levels} price levels.` }]
}

function sizeWarnings({ side, lots }: PlannedOrder, market: Market, steps: Steps): Warning[] {
  const usual = usualLots(market, steps)
  if (usual !== undefined && BigInt(lots) > BigInt(TIMES_USUAL_MAX) * usual) {
    return [{ field: 'quantity', text: `The quantity is ${BigInt(lots) / usual} times the usual size.` }]
  }
  const levels = side === 'BUY' ? market.asks : market.bids
  if (levels.length < SAMPLES_MIN) return []
  const visible = totalOf(levels, steps.lot)
  if (BigInt(lots) * 100n <= visible * BigInt(BOOK_PERCENT_MAX)) return []
  const word = side === 'BUY' ? 'asks' : 'bids'
  return [{ field: 'quantity', text: `The quantity is ${(BigInt(lots) * 100n) / visible} % of all visible ${word}.` }]
}

/** undefined: too few trades and levels to say. */
function usualLots({ traded, bids, asks }: Market, { lot }: Steps): bigint | undefined {
  const levels = [...bids, ...asks].map(([, quantity]) => quantity)
  const medians = [traded, levels].map((texts) => medianOf(texts, lot)).filter((median) => median !== undefined)
  return medians.sort(ascending).at(-1)
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** The lower median. */
function medianOf(quantities: readonly string[], lot: Steps['lot']): bigint | undefined {
  if (quantities.length < SAMPLES_MIN) return undefined
  const counts = quantities.map((text) => floorSteps(text, lot)?.steps ?? 0n)
  return counts.sort(ascending)[(counts.length - 1) >> 1] || undefined
}

function totalOf(levels: readonly LevelText[], lot: Steps['lot']): bigint {
  let total = 0n
  for (const [, quantity] of levels) {
    total += floorSteps(quantity, lot)?.steps ?? 0n
  }
  return total
}
