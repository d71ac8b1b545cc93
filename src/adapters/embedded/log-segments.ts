/**
 * The files of the order log: segments named by the number of their first command, each a row of
 * frames. Opening finds where the log ends. A torn last frame is what a crash leaves behind; nothing
 * in it was ever acknowledged, so it is cut off. Damage anywhere else is not repaired: the exchange
 * refuses to start rather than forget orders.
 */

import { readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFrame, type Frame, frameBytes } from './log-frame.ts'

/** The log holds bytes that are neither a frame nor a torn end. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog'
}

const SUFFIX = '.log'

export const segmentName = (firstCommand: number): string => `${String(firstCommand).padStart(16, '0')}${SUFFIX}`
const firstCommandOf = (name: string): number => Number(name.slice(0, -SUFFIX.length))

/** Paths of the segments, oldest first. */
export function listSegments(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /^\d{16}\.log$/.test(name))
    .sort()
    .map((name) => join(directory, name))
}

/** Where a log goes on. */
export interface LogEnd {
  /** The last segment, or none in a new log. */
  readonly segment: string | undefined
  /** Bytes of whole frames in it. */
  readonly bytes: number
  readonly lastCommand: number
  readonly timestampMs: number
  /** Bytes of a torn frame that were cut off. */
  readonly tornBytes: number
}

/** Finds the end of the log, cutting off a torn frame. Throws {@link DamagedLog}. */
export function findEnd(directory: string): LogEnd {
  const segments = listSegments(directory)
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = segments[i]
    const bytes = readFileSync(segment)
    let offset = 0
    let last: Frame | undefined
    for (const frame of framesIn(bytes, segment)) {
      last = frame
      offset += frameBytes(frame)
    }
    const tornBytes = bytes.length - offset
    if (tornBytes > 0) truncateSync(segment, offset)
    // A segment without a frame was opened and never synced; the log ends in the one before.
    if (last === undefined && i > 0) continue
    return {
      segment,
      bytes: offset,
      lastCommand: last === undefined ? 0 : last.firstCommand + last.commandCount - 1,
      timestampMs: last?.timestampMs ?? 0,
      tornBytes,
    }
  }
  return { segment: undefined, bytes: 0, lastCommand: 0, timestampMs: 0, tornBytes: 0 }
}

/** Every whole frame that holds a command after `lastCommand`, in order. */
export function* readFrames(directory: string, lastCommand: number): Generator<Frame> {
  const segments = listSegments(directory)
  let next = 1
  for (const [i, segment] of segments.entries()) {
    const following = segments[i + 1]
    if (following !== undefined && firstCommandOf(following.slice(-20)) <= lastCommand + 1) continue
    for (const frame of framesIn(readFileSync(segment), segment)) {
      if (next > 1 && frame.firstCommand !== next) {
        throw new DamagedLog(`${segment}: command ${next} is missing, ${frame.firstCommand} follows`)
      }
      next = frame.firstCommand + frame.commandCount
      if (next - 1 > lastCommand) yield frame
    }
  }
}

function* framesIn(bytes: Buffer, segment: string): Generator<Frame> {
  let offset = 0
  while (offset < bytes.length) {
    const frame = decodeFrame(bytes, offset)
    if (frame === 'incomplete') return
    if (frame === 'damaged') {
      // Storage that lost power may have grown the file without writing it: zeros to the end.
      if (endsInZeros(bytes, offset)) return
      throw new DamagedLog(`${segment}: damaged at byte ${offset}. Restore the file from a backup.`)
    }
    yield frame
    offset += frameBytes(frame)
  }
}

function endsInZeros(bytes: Buffer, offset: number): boolean {
  for (let i = offset; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}
