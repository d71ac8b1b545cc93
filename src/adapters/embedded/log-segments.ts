/**
 * The files of the order log: segments named by the number of their first command, each a row of
 * frames. Opening finds where the log ends. A torn last frame is what a crash leaves behind; nothing
 * in it was ever acknowledged, so it is cut off. Damage anywhere else is not repaired: the exchange
 * refuses to start rather than forget orders.
 */

import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFrame, FRAME_MAGIC, type Frame, frameBytes } from './log-frame.ts'

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

const NEW_LOG: LogEnd = { segment: undefined, bytes: 0, lastCommand: 0, timestampMs: 0, tornBytes: 0 }

/** Finds the end of the log, cutting off a torn frame. Throws {@link DamagedLog}. */
export function findEnd(directory: string): LogEnd {
  const segment = listSegments(directory).at(-1)
  if (segment === undefined) return NEW_LOG
  const bytes = readFileSync(segment)
  let offset = 0
  let last: Frame | undefined
  for (const frame of framesIn(bytes, segment, true)) {
    last = frame
    offset += frameBytes(frame)
  }
  const tornBytes = withoutZeros(bytes, offset) - offset
  if (last === undefined) {
    // A segment is begun only when the one before is whole; without a frame it holds nothing.
    rmSync(segment)
    return { ...findEnd(directory), tornBytes }
  }
  if (bytes.length > offset) truncateSync(segment, offset)
  const lastCommand = last.firstCommand + last.commandCount - 1
  return { segment, bytes: offset, lastCommand, timestampMs: last.timestampMs, tornBytes }
}

/** The length of `bytes` without the zeros at its end that were written ahead of the frames. */
function withoutZeros(bytes: Buffer, start: number): number {
  let end = bytes.length
  while (end > start && bytes[end - 1] === 0) end--
  return end
}

/** Every whole frame that holds a command after `lastCommand`, in order. Throws {@link DamagedLog}. */
export function* readFrames(directory: string, lastCommand: number): Generator<Frame> {
  const segments = listSegments(directory)
  let next: number | undefined
  for (const [i, segment] of segments.entries()) {
    const following = segments[i + 1]
    if (following !== undefined && firstCommandOf(following.slice(-20)) <= lastCommand + 1) continue
    for (const frame of framesIn(readFileSync(segment), segment, following === undefined)) {
      const missing = next ?? Math.min(frame.firstCommand, lastCommand + 1)
      if (frame.firstCommand !== missing) {
        throw new DamagedLog(`${segment}: command ${missing} is missing, ${frame.firstCommand} follows`)
      }
      next = frame.firstCommand + frame.commandCount
      if (next - 1 > lastCommand) yield frame
    }
  }
}

/** The frames of a segment; what is torn at the end of the `last` one is left out. */
function* framesIn(bytes: Buffer, segment: string, last: boolean): Generator<Frame> {
  let offset = 0
  while (offset < bytes.length) {
    const frame = decodeFrame(bytes, offset)
    if (frame === undefined) {
      if (last && !frameFollows(bytes, offset)) return
      throw new DamagedLog(`${segment}: damaged at byte ${offset}. Restore the file from a backup.`)
    }
    yield frame
    offset += frameBytes(frame)
  }
}

/**
 * Whether a whole frame stands anywhere behind. Frames are written one after the other was synced, so
 * only the very last can be torn: cut short, or, after a power cut, grown but not written everywhere.
 */
function frameFollows(bytes: Buffer, offset: number): boolean {
  for (let at = bytes.indexOf(FRAME_MAGIC, offset + 1); at >= 0; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    if (decodeFrame(bytes, at) !== undefined) return true
  }
  return false
}
