/** The messages of own orders, each small enough for a frame. */

import type { OrderUpdate } from '../../marketdata/order-updates.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { SOCKET_FRAME_BYTES_MAX } from '../../protocol/limits.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { ordersSnapshot, ordersUpdate } from '../messages/order-messages.ts'

type Instruments = ReadonlyMap<string, Instrument>

const fits = (text: string): boolean => Buffer.byteLength(text) <= SOCKET_FRAME_BYTES_MAX

/** All updates, in sequence. Both entries of a trade of an account with itself are in one message. */
export function updateTexts(instruments: Instruments, updates: readonly OrderUpdate[]): string[] {
  const text = ordersUpdate(instruments, updates)
  const place = fits(text) ? 0 : middleOf(updates)
  if (place === 0) return [text]
  return [...updateTexts(instruments, updates.slice(0, place)), ...updateTexts(instruments, updates.slice(place))]
}

/** As many of the newest orders as fit. `more`: the account has others. */
export function snapshotText(instruments: Instruments, newestFirst: readonly OrderRecord[], more: boolean): string {
  const text = ordersSnapshot(instruments, newestFirst, !more)
  if (fits(text)) return text
  const share = SOCKET_FRAME_BYTES_MAX / Buffer.byteLength(text)
  return snapshotText(instruments, newestFirst.slice(0, Math.floor(newestFirst.length * share)), true)
}

/** The place near the middle at which another event begins; 0: there is one event. */
function middleOf(updates: readonly OrderUpdate[]): number {
  const isBeginning = (i: number) =>
    updates[i].number !== updates[i - 1].number || updates[i].symbol !== updates[i - 1].symbol
  for (let i = updates.length >> 1; i < updates.length; i++) if (i > 0 && isBeginning(i)) return i
  for (let i = updates.length >> 1; i > 0; i--) if (isBeginning(i)) return i
  return 0
}
