/** The difference between the best prices, exactly in ticks and rounded to hundredths of a basis point. */

import { formatSteps, type Step } from '../../../src/protocol/units.ts'
import type { LevelText } from '../market/market.ts'
import { groupThousands } from '../text/format.ts'
import { HUNDREDTH } from '../text/steps.ts'
import { stepsOf } from './book-rows.ts'

export interface Spread {
  readonly text: string
  /** Of the middle of both prices, `0.40`; rounded. */
  readonly basisPoints: string
}

/** undefined: a side is empty. */
export function spreadOf(bids: readonly LevelText[], asks: readonly LevelText[], tick: Step): Spread | undefined {
  if (bids.length === 0 || asks.length === 0) return undefined
  const bid = stepsOf(bids[0][0], tick)
  const ask = stepsOf(asks[0][0], tick)
  const spread = ask - bid
  // (ask − bid) ÷ ((ask + bid) ÷ 2) in 1/100 basis points, which are millionths.
  const sum = BigInt(Math.max(1, ask + bid))
  const hundredths = (BigInt(spread) * 2_000_000n + sum / 2n) / sum
  return {
    text: groupThousands(formatSteps(spread, tick)),
    basisPoints: formatSteps(Number(hundredths), HUNDREDTH),
  }
}
