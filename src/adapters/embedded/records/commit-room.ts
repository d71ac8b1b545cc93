/**
 * The room on the disk that a transaction of the records needs. A write for which the disk has none can damage the
 * memory of the process: LMDB then frees pages twice. So a transaction begins only if there is room for all of it.
 */

import { statfsSync } from 'node:fs'
import { OperationalFailure } from '../../../protocol/failure.ts'
import type { OrderRecord } from '../../../protocol/records.ts'

/**
 * Copies of the pages on the way to the rows, and 1 KB for each record. A record has about 300 bytes, and its page is
 * copied once. A fill that an order lists has up to 9 bytes, in pages of its own that may be half full.
 */
const ROOM_BYTES = 512 * 1024
const ROOM_BYTES_PER_RECORD = 1_024
const ROOM_BYTES_PER_FILL = 18

/** Throws OperationalFailure if the disk of the file has too little room for some records, of which these are orders. */
export function checkRoom(path: string, records: number, orders: readonly OrderRecord[] = []): void {
  let needed = ROOM_BYTES + records * ROOM_BYTES_PER_RECORD
  for (const { fills } of orders) needed += fills.length * ROOM_BYTES_PER_FILL
  const { bavail, bsize } = statfsSync(path)
  if (bavail * bsize >= needed) return
  const message = 'the records could not be stored: No space left on device'
  throw new OperationalFailure('storage_failed', message, { retryable: true })
}
