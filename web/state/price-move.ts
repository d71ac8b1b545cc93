/** Whether the last price is above or below the price before it. */

import { computed, type ReadonlySignal } from '@preact/signals'
import type { Trade } from '../../src/client/messages.ts'
import { compareDecimals } from '../../src/marketdata/decimal-order.ts'
import { trades } from './market.ts'

/** 1: up. −1: down. 0: no other price is known. */
export type Move = 1 | -1 | 0

export const lastMove: ReadonlySignal<Move> = computed(() => moveOf(trades.value.trades))

/** `recent`: newest first. */
export function moveOf(recent: readonly Pick<Trade, 'price'>[]): Move {
  const last = recent[0]?.price
  const before = recent.find(({ price }) => price !== last)?.price
  if (last === undefined || before === undefined) return 0
  return compareDecimals(last, before) > 0 ? 1 : -1
}
