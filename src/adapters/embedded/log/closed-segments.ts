/**
 * Checks that no segment of the log is missing, without reading all of them. A segment is closed when the next one
 * starts. So it begins with the command in its name, and ends with the command before the next segment's name.
 * Reading its last frame shows that. Of the compressed segments only the newest is read, because each takes about
 * 0.2 s. The others are checked when they are applied again.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { decodeFrame, FRAME_MAGIC, type Frame, frameBytes } from './log-frame.ts'
import { isCompressed, readSegment } from './segment-file.ts'
import { DamagedLog, framesIn } from './segment-frames.ts'

/** Bytes that are read at first to find the last frame. They hold a few hundred frames of one order. */
const FIRST_READ_BYTES = 64 * 1024

export const lastCommandOf = ({ firstCommand, commandCount }: Frame): number => firstCommand + commandCount - 1
export const firstCommandOf = (segment: string): number => Number.parseInt(basename(segment), 10)

/** Checks all segments but the last, and returns the last frame before it. Throws DamagedLog and UnknownVersion. */
export function checkClosedSegments(segments: readonly string[]): Frame | undefined {
  let last: Frame | undefined
  for (const [i, segment] of segments.entries()) {
    const first = firstCommandOf(segment)
    const expected = i === 0 ? 1 : last === undefined ? first : lastCommandOf(last) + 1
    if (first !== expected) throw missing(segment, expected, first)
    if (i === segments.length - 1) break
    last = isCompressed(segment) && i < segments.length - 2 ? undefined : lastFrameOf(segment)
  }
  return last
}

export const missing = (segment: string, from: number, to: number): DamagedLog =>
  new DamagedLog(
    `${segment}: command ${from} is missing, ${to} follows. A segment of the order log is missing or in part. Restore it from a backup.`,
  )

function lastFrameOf(segment: string): Frame {
  const frame = isCompressed(segment) ? lastFrameIn(readSegment(segment)) : lastFrameAtEnd(segment)
  if (frame !== undefined) return frame
  // Reading all of it finds the place of the damage, or a newer version.
  const [...frames] = framesIn(readSegment(segment), segment, false)
  throw new DamagedLog(`${segment}: it has ${frames.length} frames and no end. Restore the file from a backup.`)
}

function lastFrameAtEnd(segment: string): Frame | undefined {
  const fd = openSync(segment, 'r')
  try {
    const { size } = fstatSync(fd)
    for (let length = Math.min(FIRST_READ_BYTES, size); ; length = Math.min(length * 16, size)) {
      const bytes = Buffer.alloc(length)
      readSync(fd, bytes, 0, length, size - length)
      const frame = lastFrameIn(bytes)
      if (frame !== undefined) return frame
      if (length === size) return undefined
    }
  } finally {
    closeSync(fd)
  }
}

/** The frame that ends with the last byte. */
function lastFrameIn(bytes: Buffer): Frame | undefined {
  for (let at = bytes.lastIndexOf(FRAME_MAGIC); at >= 0; at = at > 0 ? bytes.lastIndexOf(FRAME_MAGIC, at - 1) : -1) {
    const frame = decodeFrame(bytes, at)
    if (frame !== undefined && at + frameBytes(frame) === bytes.length) return frame
  }
  return undefined
}
