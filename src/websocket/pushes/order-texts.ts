/** The updates of own orders as messages, each small enough for a frame. */

import type { OrderUpdate } from '../../marketdata/order-updates.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { ordersUpdate } from '../messages/order-messages.ts'
import { fitsFrame } from '../socket-bounds.ts'

type Instruments = ReadonlyMap<string, Instrument>

/** All updates, in order. Both entries of a trade of an account with itself are in one message. */
export function updateTexts(instruments: Instruments, updates: readonly OrderUpdate[]): string[] {
  const text = ordersUpdate(instruments, updates)
  const place = fitsFrame(text) ? 0 : middleOf(updates)
  if (place === 0) return [text]
  return [...updateTexts(instruments, updates.slice(0, place)), ...updateTexts(instruments, updates.slice(place))]
}

/** The place near the middle at which another event begins; 0: there is one event. */
function middleOf(updates: readonly OrderUpdate[]): number {
  const isBeginning = (i: number) =>
    updates[i].number !== updates[i - 1].number || updates[i].symbol !== updates[i - 1].symbol
  for (let i = updates.length >> 1; i < updates.length; i++) if (i > 0 && isBeginning(i)) return i
  for (let i = updates.length >> 1; i > 0; i--) if (isBeginning(i)) return i
  return 0
}
