/**
 * Splits a batch of the feed into batches of a bounded size, for transports that limit a record. The parts have the
 * same entries in the same order. The events of one command may be in two parts.
 */

import { NotAFeed } from './feed-faults.ts'
import { BATCH_HEADER_BYTES, COUNT_AT, LENGTH_AT, MAGIC } from './feed-format.ts'

/** The batch itself if it is small enough. An entry that is larger than `bytesMax` alone is a part of its own. */
export function batchParts(batch: Uint8Array, bytesMax: number): Uint8Array[] {
  if (batch.length <= bytesMax) return [batch]
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength)
  const parts: Uint8Array[] = []
  let start = BATCH_HEADER_BYTES
  let count = 0
  for (let at = start; at < batch.length; ) {
    const entryBytes = at + 4 > batch.length ? 0 : view.getUint32(at, true)
    if (entryBytes === 0 || at + entryBytes > batch.length) throw new NotAFeed('the batch ends within an event')
    if (count > 0 && BATCH_HEADER_BYTES + at + entryBytes - start > bytesMax) {
      parts.push(batchOf(batch.subarray(start, at), count))
      start = at
      count = 0
    }
    at += entryBytes
    count++
  }
  parts.push(batchOf(batch.subarray(start), count))
  return parts
}

function batchOf(entries: Uint8Array, count: number): Uint8Array {
  const batch = new Uint8Array(BATCH_HEADER_BYTES + entries.length)
  const view = new DataView(batch.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(LENGTH_AT, batch.length, true)
  view.setUint32(COUNT_AT, count, true)
  batch.set(entries, BATCH_HEADER_BYTES)
  return batch
}
