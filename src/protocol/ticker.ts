/** The trades of one symbol in the last 24 hours. */

import type { Ticks } from './units.ts'

export interface Ticker {
  /** The price of the last trade, which may be older than 24 hours. */
  readonly last: Ticks
  /** Of the trades in the window; null if it has none. `open` is the price of the first one. */
  readonly open: Ticks | null
  readonly high: Ticks | null
  readonly low: Ticks | null
  /** Lots, and ticks × lots. */
  readonly volume: bigint
  readonly quoteVolume: bigint
  readonly count: number
  /** last − open, in ticks; null without `open`. */
  readonly change: number | null
}
