/** The last price, and whether it is above or below the price before it. */

import { computed, type ReadonlySignal } from '@preact/signals'
import type { Trade } from '../../../src/client/messages.ts'
import { compareDecimals } from '../../../src/marketdata/decimal-order.ts'
import { trades } from './market.ts'

/** same: there is no other price to compare with. */
export type Direction = 'up' | 'down' | 'same'

export const directionOf = (change: number): Direction => (change > 0 ? 'up' : change < 0 ? 'down' : 'same')

/** Of the last trade, as the exchange sent it; undefined: there is none. */
export const lastPrice: ReadonlySignal<string | undefined> = computed(() => trades.value.trades[0]?.price)

export const lastDirection: ReadonlySignal<Direction> = computed(() => lastMove(trades.value.trades))

/** The last price against the last one that differs. `recent`: newest first. */
export function lastMove(recent: readonly Pick<Trade, 'price'>[]): Direction {
  const last = recent[0]?.price
  const before = recent.find(({ price }) => price !== last)?.price
  return last === undefined || before === undefined ? 'same' : directionOf(compareDecimals(last, before))
}
