/**
 * Reads the files of the order log: segments named by the number of their first command, each a sequence of frames.
 * A crash can leave a torn last frame (log-tail.ts), which reading skips. Damage anywhere else is not repaired: the
 * exchange refuses to start, so that no order is lost. Nothing here writes.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkClosedSegments, firstCommandOf, lastCommandOf, missing } from './closed-segments.ts'
import { type Frame, frameBytes } from './log-frame.ts'
import { checkAdoptedRules } from './log-rules.ts'
import { judgeTail, type LogTail, NO_TAIL } from './log-tail.ts'
import { isCompressed, readSegment } from './segment-file.ts'
import { DamagedLog, framesIn } from './segment-frames.ts'

export const segmentName = (firstCommand: number): string => `${String(firstCommand).padStart(16, '0')}.log`
export const isSegmentName = (name: string): boolean => /^\d{16}\.log(\.gz)?$/.test(name)

/**
 * Paths of the segments, oldest first. An operator may compress closed segments. While gzip runs, both files are
 * present, and the compressed one may not be complete.
 */
export function listSegments(directory: string): string[] {
  return readdirSync(directory)
    .filter(isSegmentName)
    .sort()
    .filter((name, i, names) => !isCompressed(name) || names[i - 1] !== name.slice(0, -'.gz'.length))
    .map((name) => join(directory, name))
}

/** The end of a log. */
export interface LogEnd {
  /** The last segment; none in a new log. */
  readonly segment: string | undefined
  /** Bytes of complete frames in it. */
  readonly bytes: number
  /** The whole length of its file. */
  readonly fileBytes: number
  /** What follows the complete frames. */
  readonly tail: LogTail
  readonly lastCommand: number
  readonly timestampMs: number
}

/** Finds the end of the log. Throws DamagedLog, UnknownVersion, or UnknownCommand for newer rules in the last segment. */
export function findEnd(directory: string): LogEnd {
  const segments = listSegments(directory)
  const segment = segments.at(-1)
  let last = checkClosedSegments(segments)
  if (segment === undefined) return { segment, bytes: 0, fileBytes: 0, tail: NO_TAIL, lastCommand: 0, timestampMs: 0 }
  if (isCompressed(segment)) {
    throw new DamagedLog(`${segment}: the last segment must not be compressed. Run: gunzip ${segment}`)
  }
  const file = readFileSync(segment)
  let bytes = 0
  for (const frame of framesIn(file, segment, true)) {
    const expected = last === undefined ? firstCommandOf(segment) : lastCommandOf(last) + 1
    if (frame.firstCommand !== expected) throw missing(segment, expected, frame.firstCommand)
    checkAdoptedRules(frame.payload)
    last = frame
    bytes += frameBytes(frame)
  }
  return {
    segment,
    bytes,
    fileBytes: file.length,
    tail: judgeTail(file, bytes),
    lastCommand: last === undefined ? 0 : lastCommandOf(last),
    timestampMs: last === undefined ? 0 : last.timestampMs,
  }
}

/** Every complete frame with a command after `lastCommand`, in order. Throws the errors of {@link findEnd}. */
export function* readFrames(directory: string, lastCommand: number): Generator<Frame> {
  const segments = segmentsAfter(directory, lastCommand)
  let next: number | undefined
  for (const [i, segment] of segments.entries()) {
    for (const frame of framesIn(readSegment(segment), segment, i === segments.length - 1)) {
      const expected = next ?? Math.min(frame.firstCommand, lastCommand + 1)
      if (frame.firstCommand !== expected) throw missing(segment, expected, frame.firstCommand)
      next = lastCommandOf(frame) + 1
      if (next - 1 > lastCommand) yield frame
    }
  }
}

/** The segments that may have commands after `lastCommand`. */
function segmentsAfter(directory: string, lastCommand: number): string[] {
  const segments = listSegments(directory)
  return segments.filter((_, i) => i === segments.length - 1 || firstCommandOf(segments[i + 1]) > lastCommand + 1)
}
