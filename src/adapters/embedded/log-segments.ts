/**
 * The files of the order log: segments named by the number of their first command, each a sequence of frames. A
 * crash can leave a torn last frame. None of its commands was acknowledged, so reading skips it, and the next
 * append removes it. Damage anywhere else is not repaired: the exchange refuses to start, so that no order is
 * lost. Nothing here writes.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UnknownVersion } from '../../protocol/versions.ts'
import { decodeFrame, FRAME_MAGIC, FRAME_VERSION, type Frame, foreignVersion, frameBytes } from './log-frame.ts'
import { checkAdoptedRules } from './log-rules.ts'

/** The log contains bytes that are neither a frame nor a torn end. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog'
}

const SUFFIX = '.log'

export const segmentName = (firstCommand: number): string => `${String(firstCommand).padStart(16, '0')}${SUFFIX}`
export const isSegmentName = (name: string): boolean => /^\d{16}\.log$/.test(name)
const firstCommandOf = (name: string): number => Number(name.slice(0, -SUFFIX.length))

/** Paths of the segments, oldest first. */
export function listSegments(directory: string): string[] {
  return readdirSync(directory)
    .filter(isSegmentName)
    .sort()
    .map((name) => join(directory, name))
}

/** The end of a log. */
export interface LogEnd {
  /** The last segment with a frame; none in a new log. */
  readonly segment: string | undefined
  /** A later segment without a frame, if there is one. */
  readonly emptySegment: string | undefined
  /** Bytes of complete frames in it. */
  readonly bytes: number
  readonly lastCommand: number
  readonly timestampMs: number
  /** Bytes of a torn frame after the end. */
  readonly tornBytes: number
}

const NEW_LOG: LogEnd = {
  segment: undefined,
  emptySegment: undefined,
  bytes: 0,
  lastCommand: 0,
  timestampMs: 0,
  tornBytes: 0,
}

/** Finds the end of the log. Throws {@link DamagedLog}, UnknownVersion, or UnknownCommand for newer rules in the last segment. */
export function findEnd(directory: string): LogEnd {
  const segments = listSegments(directory)
  const end = endOf(segments)
  // A segment starts only after the one before is complete. Without a frame it has no commands.
  return end.segment === undefined && segments.length > 0
    ? { ...endOf(segments.slice(0, -1)), emptySegment: segments.at(-1), tornBytes: end.tornBytes }
    : end
}

function endOf(segments: readonly string[]): LogEnd {
  const segment = segments.at(-1)
  if (segment === undefined) return NEW_LOG
  const bytes = readFileSync(segment)
  let offset = 0
  let last: Frame | undefined
  for (const frame of framesIn(bytes, segment, true)) {
    checkAdoptedRules(frame.payload)
    last = frame
    offset += frameBytes(frame)
  }
  const tornBytes = withoutZeros(bytes, offset) - offset
  if (last === undefined) return { ...NEW_LOG, tornBytes }
  const lastCommand = last.firstCommand + last.commandCount - 1
  return { ...NEW_LOG, segment, bytes: offset, lastCommand, timestampMs: last.timestampMs, tornBytes }
}

/** The length of `bytes` without the zeros at the end, which were written ahead of frames. */
function withoutZeros(bytes: Buffer, start: number): number {
  let end = bytes.length
  while (end > start && bytes[end - 1] === 0) end--
  return end
}

/** Every complete frame with a command after `lastCommand`, in order. Throws the errors of {@link findEnd}. */
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

/** The frames of a segment without a torn end of the `last` one. Throws the errors of {@link findEnd}. */
function* framesIn(bytes: Buffer, segment: string, last: boolean): Generator<Frame> {
  let offset = 0
  while (offset < bytes.length) {
    const frame = decodeFrame(bytes, offset)
    if (frame === undefined) {
      const version = foreignVersion(bytes, offset)
      if (version !== undefined) throw new UnknownVersion(`the order log ${segment}`, version, FRAME_VERSION)
      if (last && !frameFollows(bytes, offset)) return
      throw new DamagedLog(`${segment}: damaged at byte ${offset}. Restore the file from a backup.`)
    }
    yield frame
    offset += frameBytes(frame)
  }
}

/**
 * Whether a complete frame follows anywhere. A frame is written after the one before was synced, so only the last
 * can be torn: cut short or, after a power cut, with parts that were not written.
 */
function frameFollows(bytes: Buffer, offset: number): boolean {
  for (let at = bytes.indexOf(FRAME_MAGIC, offset + 1); at >= 0; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    if (decodeFrame(bytes, at) !== undefined) return true
  }
  return false
}
