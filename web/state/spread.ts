/** The difference between the best prices, exactly in ticks and rounded to hundredths of a basis point. */

import { formatSteps } from '../../src/protocol/units.ts'
import { type Steps, stepsOf } from './book-rows.ts'
import { groupThousands } from './format.ts'
import type { LevelText, Trade } from './market.ts'

export interface Spread {
  readonly text: string
  /** Of the middle of both prices, `0.40`; rounded. */
  readonly basisPoints: string
}

/** undefined: a side is empty. */
export function spreadOf(bids: readonly LevelText[], asks: readonly LevelText[], { tick }: Steps): Spread | undefined {
  if (bids.length === 0 || asks.length === 0) return undefined
  const bid = stepsOf(bids[0][0], tick)
  const ask = stepsOf(asks[0][0], tick)
  const spread = ask - bid
  // (ask − bid) ÷ ((ask + bid) ÷ 2) in 1/100 basis points, which are millionths.
  const sum = BigInt(Math.max(1, ask + bid))
  const hundredths = (BigInt(spread) * 2_000_000n + sum / 2n) / sum
  return {
    text: groupThousands(formatSteps(spread, tick)),
    basisPoints: `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`,
  }
}

export type Direction = 'up' | 'down' | 'same'

export interface LastTrade {
  /** As the exchange sent it. */
  readonly price: string
  /** Against the last trade at another price. */
  readonly direction: Direction
}

/** `trades`: newest first. */
export function lastTradeOf(trades: readonly Trade[], steps: Steps): LastTrade | undefined {
  if (trades.length === 0) return undefined
  const { price } = trades[0]
  const other = trades.find((trade) => trade.price !== price)
  const change = other === undefined ? 0 : stepsOf(price, steps.tick) - stepsOf(other.price, steps.tick)
  return { price, direction: change > 0 ? 'up' : change < 0 ? 'down' : 'same' }
}
