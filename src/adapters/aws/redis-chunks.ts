/**
 * What one commit appends: the stream records of a symbol-batch as one value. It begins with the
 * position it was committed from, so that whoever reads the list can see that none is missing between
 * two values. Text, then the bytes as they came from the stream:
 *
 *   from position \n
 *   for each record: position, timestampMs, length \n  bytes
 */

import type { Position } from '../../ports/order-stream.ts'
import type { RawRecord } from '../../ports/record-stream.ts'

const NEWLINE = 10

export function packChunk(from: Position, records: readonly RawRecord[]): Buffer {
  const parts: Uint8Array[] = []
  let head = `${from}\n`
  for (const { position, timestampMs, bytes } of records) {
    parts.push(Buffer.from(`${head}${position} ${timestampMs} ${bytes.length}\n`, 'latin1'), bytes)
    head = ''
  }
  return Buffer.concat(parts)
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
