/** Sizes of orders in lots: multiples of a round number, within the bounds of the instrument. */

import type { MarketTerms } from './market-terms.ts'
import type { Random } from './random.ts'

/** How often a size has one digit less, and again one less. */
const ROUNDER = 0.5

/** About `multiple` times the usual size. */
export function orderSize(
  { usualLots, roundLots, minLots, maxLots }: MarketTerms,
  multiple: number,
  random: Random,
): number {
  const lots = usualLots * multiple
  let step = roundLots
  while (step * 10 < lots && random.chance(ROUNDER)) step *= 10
  return Math.min(Math.max(Math.round(lots / step) * step, step, minLots), maxLots)
}
