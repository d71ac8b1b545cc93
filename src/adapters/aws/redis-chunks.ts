/**
 * The value that one commit appends: the stream records of a batch of a symbol. It begins with the position
 * from which it was committed, so that a reader of the list can check that no value is missing. Text, then the
 * bytes as they came from the stream:
 *
 *   from position \n
 *   for each record: position, timestampMs, length \n  bytes
 */

import type { Position } from '../../ports/order-stream.ts'
import type { RawRecord } from '../../ports/record-stream.ts'

const NEWLINE = 10
/** Bytes of a timestamp, a length and their separators. */
const NUMBERS_LENGTH_MAX = 25 + 10 + 3

export function packChunk(from: Position, records: readonly RawRecord[]): Buffer {
  let length = from.length + 1
  for (const { position, bytes } of records) length += position.length + NUMBERS_LENGTH_MAX + bytes.length
  const chunk = Buffer.allocUnsafe(length)
  let at = chunk.write(`${from}\n`, 'latin1')
  for (const { position, timestampMs, bytes } of records) {
    at += chunk.write(`${position} ${timestampMs} ${bytes.length}\n`, at, 'latin1')
    chunk.set(bytes, at)
    at += bytes.length
  }
  return chunk.subarray(0, at)
}

/** The records of all chunks, or undefined if they do not lead from `base` to `end`. */
export function unpackChunks(chunks: readonly Buffer[], base: Position, end: Position): RawRecord[] | undefined {
  const records: RawRecord[] = []
  let position = base
  for (const chunk of chunks) {
    let at = chunk.indexOf(NEWLINE) + 1
    if (chunk.toString('latin1', 0, at - 1) !== position) return undefined
    while (at < chunk.length) {
      const lineEnd = chunk.indexOf(NEWLINE, at)
      const [name, timestampMs, length] = chunk.toString('latin1', at, lineEnd).split(' ')
      at = lineEnd + 1 + Number(length)
      records.push({ position: name, timestampMs: Number(timestampMs), bytes: chunk.subarray(lineEnd + 1, at) })
      position = name
    }
  }
  return position === end ? records : undefined
}
