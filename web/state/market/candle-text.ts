/** The values of a candle as exact text, for the legend of the chart and for those who cannot see it. */

import { countSteps, formatSteps, type Step } from '../../../src/protocol/units.ts'
import { groupThousands, splitZeros } from '../text/format.ts'
import { HUNDREDTH } from '../text/steps.ts'
import type { Candle } from './market.ts'
import { type Direction, directionOf } from './price-move.ts'

export interface CandleText {
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  /** Close against open: `+0.62 (+1.24%)`. */
  readonly change: string
  readonly direction: Direction
  readonly volume: string
}

export function candleText({ open, high, low, close, volume }: Candle, tick: Step, lot: Step): CandleText {
  const [from, to] = [open, close].map((price) => countSteps(price, tick))
  const change = typeof from === 'number' && typeof to === 'number' ? to - from : 0
  return {
    open: groupThousands(open),
    high: groupThousands(high),
    low: groupThousands(low),
    close: groupThousands(close),
    change: typeof from === 'number' ? `${signedText(change, tick)} (${percentText(change, from)})` : '',
    direction: directionOf(change),
    volume: groupThousands(splitZeros(volume, lot.decimals)[0]),
  }
}

const signOf = (change: number): string => (change > 0 ? '+' : change < 0 ? '−' : '')

const signedText = (change: number, tick: Step): string =>
  `${signOf(change)}${groupThousands(formatSteps(Math.abs(change), tick))}`

/** `+1.24%`, rounded half away from zero. */
export function percentText(change: number, of: number): string {
  const size = (BigInt(Math.abs(change)) * 20_000n + BigInt(of)) / (2n * BigInt(of))
  return `${signOf(change)}${formatSteps(Number(size), HUNDREDTH)}%`
}
