/**
 * Judges the bytes after the last complete frame of the log: torn by a crash, or damaged later. A crash may leave a
 * frame of which the end is missing, or of which whole sectors were not written and are zeros. No command in it was
 * acknowledged. A frame of which every byte was written may have been acknowledged. If its checksum is wrong all the
 * same, the disk has changed it, and only the operator can decide to drop it.
 */

import { FRAME_HEADER_BYTES, FRAME_MAGIC } from './log-frame.ts'

/** The unit in which a disk writes: all of it or nothing. Larger sectors are multiples of it. */
const SECTOR_BYTES = 512
const NEWLINE = 10

export type Tail = 'none' | 'torn' | 'damaged'

export interface LogTail {
  readonly kind: Tail
  /** Up to the last byte that is not zero. The zeros behind it were written ahead of frames. */
  readonly bytes: Buffer
}

export const NO_TAIL: LogTail = { kind: 'none', bytes: Buffer.alloc(0) }

/** Judges the bytes from `start`, the end of the last complete frame, which is followed by no complete frame. */
export function judgeTail(file: Buffer, start: number): LogTail {
  const end = lastNonZero(file, start)
  if (end === start) return NO_TAIL
  const torn = hasUnwrittenSector(file, start, end) || isCutShort(file, start, end)
  // A copy, so that the whole file does not stay in memory.
  return { kind: torn ? 'torn' : 'damaged', bytes: Buffer.from(file.subarray(start, end)) }
}

function lastNonZero(file: Buffer, start: number): number {
  let end = file.length
  while (end > start && file[end - 1] === 0) end--
  return end
}

/** Neither the beginning of a header nor lines of JSON fill the part of a sector with zeros. */
function hasUnwrittenSector(file: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const next = Math.min(end, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES)
    if (file.subarray(at, next).every((byte) => byte === 0)) return true
    at = next
  }
  return false
}

/** Whether a frame starts here and its end is missing. The lines are counted too, in case its length is damaged. */
function isCutShort(file: Buffer, start: number, end: number): boolean {
  const magic = file.subarray(start, Math.min(end, start + FRAME_MAGIC.length))
  if (!FRAME_MAGIC.subarray(0, magic.length).equals(magic)) return false
  const text = start + FRAME_HEADER_BYTES
  if (end <= text) return true
  if (end >= text + file.readUInt32LE(start + 4)) return false
  return file[end - 1] !== NEWLINE || linesIn(file.subarray(text, end)) < file.readUInt32LE(start + 24)
}

function linesIn(text: Buffer): number {
  let lines = 0
  for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) lines++
  return lines
}
