/**
 * What an order would do against the book that the screen shows: what trades at once, at which prices, and what rests.
 * It is an estimate, because the book may change before the order arrives, and because it shows a bounded number of
 * levels. The arithmetic is exact: prices in ticks and quantities in lots, sums as BigInt in ticks × lots.
 */

import type { LevelText } from '../../../src/marketdata/book-level.ts'
import type { Side } from '../../../src/protocol/order/order-words.ts'
import { countSteps, formatBigSteps, formatSteps, type Step } from '../../../src/protocol/units.ts'
import { floorSteps, type Steps } from '../text/steps.ts'

/** Decimals of an average price beyond those of the tick. */
const AVERAGE_DECIMALS_EXTRA = 2
/** The smallest slippage that is told apart, in percent. */
const PERCENT_STEP: Step = { decimals: 3, multiple: 1 }

export interface VisibleBook {
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
}

export interface Estimate {
  /** Lots that would trade at once. */
  readonly filled: bigint
  /** Lots for which the book has no level within the limit. */
  readonly rest: bigint
  /** Sum of price × quantity of what would trade, in ticks × lots. */
  readonly value: bigint
  /** Levels that would be touched. */
  readonly levels: number
  /** Prices in ticks: the best on the opposite side, and the last that would trade. */
  readonly best: number | undefined
  readonly worst: number | undefined
  /** Twice the middle between the best bid and the best ask. */
  readonly twiceMid: number | undefined
}

const oppositeOf = (side: Side, { bids, asks }: VisibleBook): readonly LevelText[] => (side === 'BUY' ? asks : bids)

/** A level in ticks and lots. The exchange sends whole steps only; anything else counts as no level. */
function countLevel([price, quantity]: LevelText, { tick, lot }: Steps): [ticks: number, lots: bigint] | undefined {
  const ticks = countSteps(price, tick)
  const lots = floorSteps(quantity, lot)
  return typeof ticks === 'number' && lots !== undefined ? [ticks, lots.steps] : undefined
}

const isWithin = (side: Side, ticks: number, limit: number | undefined): boolean =>
  limit === undefined || (side === 'BUY' ? ticks <= limit : ticks >= limit)

const bestTicks = (levels: readonly LevelText[], steps: Steps): number | undefined =>
  levels.length === 0 ? undefined : countLevel(levels[0], steps)?.[0]

/** `limit`: the worst price in ticks that the order accepts; undefined: any. Cost: the number of levels touched. */
export function estimate(
  side: Side,
  lots: number,
  limit: number | undefined,
  book: VisibleBook,
  steps: Steps,
): Estimate {
  const best = bestTicks(oppositeOf(side, book), steps)
  const own = bestTicks(side === 'BUY' ? book.bids : book.asks, steps)
  let rest = BigInt(lots)
  let value = 0n
  let levels = 0
  let worst: number | undefined
  for (const level of oppositeOf(side, book)) {
    if (rest === 0n) break
    const counted = countLevel(level, steps)
    if (counted === undefined || !isWithin(side, counted[0], limit)) break
    const [ticks, available] = counted
    const taken = rest < available ? rest : available
    value += BigInt(ticks) * taken
    rest -= taken
    worst = ticks
    levels++
  }
  const twiceMid = best === undefined || own === undefined ? undefined : best + own
  return { filled: BigInt(lots) - rest, rest, value, levels, best, worst, twiceMid }
}

/** The most lots that can trade at once for at most `value` (ticks × lots), rounded down to the lot. */
export function lotsForValue(side: Side, value: bigint, book: VisibleBook, steps: Steps, limit?: number): bigint {
  let left = value
  let lots = 0n
  for (const level of oppositeOf(side, book)) {
    const counted = countLevel(level, steps)
    if (counted === undefined || !isWithin(side, counted[0], limit)) break
    const [ticks, available] = counted
    const affordable = left / BigInt(ticks)
    if (affordable < available) return lots + affordable
    lots += available
    left -= BigInt(ticks) * available
  }
  return lots
}

/** Mean price of what would trade, rounded half up two decimals beyond the tick. */
export function averageText({ filled, value }: Estimate, { tick }: Steps): string | undefined {
  if (filled === 0n) return undefined
  const scaled = value * BigInt(tick.multiple) * 10n ** BigInt(AVERAGE_DECIMALS_EXTRA)
  const mean = (2n * scaled + filled) / (2n * filled)
  const text = formatBigSteps(mean, { decimals: tick.decimals + AVERAGE_DECIMALS_EXTRA, multiple: 1 })
  const [whole, part = ''] = text.split('.')
  const padded = part.padEnd(tick.decimals, '0')
  return padded === '' ? whole : `${whole}.${padded}`
}

/** How much worse than a price the mean is, in percent with 3 decimals; negative: better. `twice` is the price × 2. */
function percentWorse(side: Side, { filled, value }: Estimate, twice: number): string {
  const fair = BigInt(twice) * filled
  const worse = side === 'BUY' ? 2n * value - fair : fair - 2n * value
  const scaled = (worse < 0n ? -worse : worse) * 100n * 10n ** BigInt(PERCENT_STEP.decimals)
  const rounded = (2n * scaled + fair) / (2n * fair)
  const text = formatSteps(Number(rounded), PERCENT_STEP)
  return worse < 0n && rounded !== 0n ? `-${text}` : text
}

/** Slippage of what would trade, against the best price and against the middle. */
export function slippage(side: Side, result: Estimate): { best: string | undefined; mid: string | undefined } {
  const { filled, best, twiceMid } = result
  if (filled === 0n || best === undefined) return { best: undefined, mid: undefined }
  return {
    best: percentWorse(side, result, 2 * best),
    mid: twiceMid === undefined ? undefined : percentWorse(side, result, twiceMid),
  }
}
