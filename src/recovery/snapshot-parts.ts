/**
 * The layout of snapshots: parts one after another, each with its length in front (u32, little-endian). The
 * store checks that the bytes are complete. A part that reaches past the end is refused here too.
 */

import { constants } from 'node:buffer'
import { SnapshotRefused } from '../engine/snapshot.ts'
import { finish, type Paced } from '../ports/paced.ts'
import { OperationalFailure } from '../protocol/failure.ts'

const LENGTH_BYTES = 4
/** The largest length that fits in front of a part. */
const PART_BYTES_MAX = 2 ** 32 - 1
/** Bytes that a step of {@link joinPieces} copies: about 0.1 ms. */
const COPIED_PER_STEP = 256 * 1024

/** The pieces of a part with its length in front. Throws OperationalFailure if the part is too large. */
export function partOf(pieces: readonly Uint8Array[]): Uint8Array[] {
  const bytes = lengthOf(pieces)
  if (bytes > PART_BYTES_MAX) throw tooLarge(bytes, PART_BYTES_MAX)
  const length = Buffer.allocUnsafe(LENGTH_BYTES)
  length.writeUInt32LE(bytes)
  return [length, ...pieces]
}

/** Throws OperationalFailure if the pieces are larger than one buffer can be: 4 GiB in Node 20. */
export function* joinPieces(pieces: readonly Uint8Array[], bytesMax = constants.MAX_LENGTH): Paced<Uint8Array> {
  const length = lengthOf(pieces)
  if (length > bytesMax) throw tooLarge(length, bytesMax)
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = 0
  for (const piece of pieces) {
    for (let done = 0; done < piece.length; ) {
      const end = Math.min(piece.length, done + COPIED_PER_STEP - (at % COPIED_PER_STEP))
      bytes.set(piece.subarray(done, end), at)
      at += end - done
      done = end
      if (at % COPIED_PER_STEP === 0) yield
    }
  }
  return bytes
}

/** Joins parts at once. Throws as {@link joinPieces}. */
export const joinParts = (parts: readonly Uint8Array[], bytesMax?: number): Uint8Array =>
  finish(
    joinPieces(
      parts.flatMap((part) => partOf([part])),
      bytesMax,
    ),
  )

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0)

function tooLarge(length: number, bytesMax: number): OperationalFailure {
  const message = `a snapshot of ${length} bytes is too large; at most ${bytesMax} fit`
  return new OperationalFailure('storage_failed', message, { retryable: false })
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
