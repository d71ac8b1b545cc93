/**
 * Splits a batch of the feed into batches of a bounded size, for transports that limit a record, and where the time
 * enters another period, for consumers that file records by their day. The parts have the same entries in the same
 * order. The events of one command may be in two parts.
 */

import { NotAFeed } from './feed-faults.ts'
import { BATCH_HEADER_BYTES, COUNT_AT, ENTRY_BYTES, LENGTH_AT, MAGIC, TIMESTAMP_AT } from './feed-format.ts'

/**
 * The batch itself if nothing splits it. An entry that is larger than `bytesMax` alone is a part of its own. `periodMs`:
 * all events of a part have the same quotient of their time and this number. Throws NotAFeed.
 */
export function batchParts(batch: Uint8Array, bytesMax: number, periodMs = Number.POSITIVE_INFINITY): Uint8Array[] {
  if (batch.length <= bytesMax && periodMs === Number.POSITIVE_INFINITY) return [batch]
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength)
  const parts: Uint8Array[] = []
  let start = BATCH_HEADER_BYTES
  let count = 0
  let period = 0
  for (let at = start; at < batch.length; ) {
    const entryBytes = at + ENTRY_BYTES > batch.length ? 0 : view.getUint32(at, true)
    if (entryBytes === 0 || at + entryBytes > batch.length) throw new NotAFeed('the batch ends within an event')
    const entryPeriod = Math.floor(view.getFloat64(at + TIMESTAMP_AT, true) / periodMs)
    const isFull = BATCH_HEADER_BYTES + at + entryBytes - start > bytesMax
    if (count > 0 && (isFull || entryPeriod !== period)) {
      parts.push(batchOf(batch.subarray(start, at), count))
      start = at
      count = 0
    }
    period = entryPeriod
    at += entryBytes
    count++
  }
  if (parts.length === 0) return [batch]
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
