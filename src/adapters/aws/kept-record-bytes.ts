/**
 * Stream records of a symbol as the bytes of one object. The first line has the version of this format. Then follows
 * for each record a line `position timestampMs length`, and its bytes as they came from the stream.
 */

import type { RawRecord } from '../../ports/record-stream.ts'
import { OperationalFailure } from '../../protocol/failure.ts'

const VERSION = 'kept-records 1'
const NEWLINE = 10

export function packRecords(records: readonly RawRecord[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`${VERSION}\n`)]
  for (const { position, timestampMs, bytes } of records) {
    parts.push(Buffer.from(`${position} ${timestampMs} ${bytes.length}\n`), bytes)
  }
  return Buffer.concat(parts)
}

/** Throws OperationalFailure for another version or incomplete bytes: a newer program must read them. */
export function unpackRecords(name: string, object: Buffer): RawRecord[] {
  const records: RawRecord[] = []
  let at = object.indexOf(NEWLINE) + 1
  if (object.toString('latin1', 0, at - 1) !== VERSION) throw unreadable(name)
  while (at < object.length) {
    const lineEnd = object.indexOf(NEWLINE, at)
    const [position, timestampMs, length] = object.toString('latin1', at, lineEnd).split(' ')
    at = lineEnd + 1 + Number(length)
    if (lineEnd < 0 || !(at <= object.length)) throw unreadable(name)
    records.push({ position, timestampMs: Number(timestampMs), bytes: object.subarray(lineEnd + 1, at) })
  }
  return records
}

const unreadable = (name: string) =>
  new OperationalFailure('unavailable', `${name} has a format that this program does not know`, { retryable: true })
