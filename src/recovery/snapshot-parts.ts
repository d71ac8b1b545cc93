/**
 * The layout of snapshots: parts one after another, each with its length in front (u32, little-endian). The
 * store checks that the bytes are complete. A part that reaches past the end is refused here too.
 */

import { constants } from 'node:buffer'
import { SnapshotRefused } from '../engine/snapshot.ts'
import { OperationalFailure } from '../protocol/failure.ts'

const LENGTH_BYTES = 4
/** The largest length that fits in front of a part. */
const PART_BYTES_MAX = 2 ** 32 - 1

/** Throws OperationalFailure if the parts are larger than one buffer can be: 4 GiB in Node 20. */
export function joinParts(parts: readonly Uint8Array[], bytesMax = constants.MAX_LENGTH): Uint8Array {
  const length = parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0)
  if (length > bytesMax || parts.some((part) => part.length > PART_BYTES_MAX)) {
    const message = `a snapshot of ${length} bytes is too large; at most ${bytesMax} fit`
    throw new OperationalFailure('storage_failed', message, { retryable: false })
  }
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const part of parts) {
    at = bytes.writeUInt32LE(part.length, at)
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Returns a function that returns the next part at each call. */
export function partReader(bytes: Uint8Array): () => Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  return () => {
    if (at + LENGTH_BYTES > buffer.length) throw new SnapshotRefused('the snapshot ends within a part')
    const start = at + LENGTH_BYTES
    at = start + buffer.readUInt32LE(at)
    if (at > buffer.length) throw new SnapshotRefused('the snapshot ends within a part')
    return buffer.subarray(start, at)
  }
}

export const jsonPart = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

// biome-ignore lint/suspicious/noExplicitAny: the reader of a part knows its type.
export const readJson = (part: Buffer): any => JSON.parse(part.toString('utf8'))
