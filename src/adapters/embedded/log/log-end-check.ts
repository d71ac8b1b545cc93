/**
 * Compares the end of the order log with the records and the snapshots, before anything is written. What they have
 * reached was acknowledged. A log that ends before it has lost orders, and its last frame is not cut off.
 */

import { type Position, StreamTruncated } from '../../../ports/order-stream.ts'
import { positionOf } from './log-records.ts'
import type { LogEnd } from './log-segments.ts'
import { DamagedLog } from './segment-frames.ts'

/** The option that drops a damaged last frame. */
export const DROP_DAMAGED_END = '--drop-damaged-end'

export interface Reached {
  /** The position of the records. */
  readonly records: Position
  /** The position of the newest snapshot. */
  readonly snapshot: Position
}

/** Throws StreamTruncated, and DamagedLog for a damaged last frame unless `drop` is set. */
export function checkLogEnd(end: LogEnd, reached: Reached, drop: boolean): void {
  const last = positionOf(end.lastCommand)
  for (const [what, position] of [
    ['the records have', reached.records],
    ['a snapshot has', reached.snapshot],
  ]) {
    if (position > last) {
      throw new StreamTruncated(
        `${what} command ${Number(position)}, but the order stream ends at ${end.lastCommand}${tailOf(end)}. ` +
          'Commands that were acknowledged are missing. Restore the order log from a backup.',
      )
    }
  }
  if (end.tail.kind === 'damaged' && !drop) {
    throw new DamagedLog(
      `${end.segment}: the last frame, ${placeOf(end)}, is damaged. ` +
        'It was written completely, so its commands may have been acknowledged. Restore the file from a backup. ' +
        `If there is none, start once with ${DROP_DAMAGED_END}: the frame is kept in a file beside the log, and its commands are dropped.`,
    )
  }
}

const placeOf = ({ bytes, lastCommand }: LogEnd): string => `from byte ${bytes} and command ${lastCommand + 1} on`

const tailOf = (end: LogEnd): string =>
  end.tail.kind === 'none' ? '' : `; ${placeOf(end)} it is ${end.tail.kind === 'torn' ? 'incomplete' : 'damaged'}`
