/** Reads the frames of one segment. Damage that no crash can cause is an error, and nothing is repaired. */

import { UnknownVersion } from '../../../protocol/versions.ts'
import { decodeFrame, FRAME_MAGIC, FRAME_VERSION, type Frame, foreignVersion, frameBytes } from './log-frame.ts'

/** The log contains bytes that are neither a frame nor a torn end, or lacks commands. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog'
}

/** The complete frames of a segment, without the tail of the `last` one. Throws {@link DamagedLog} and UnknownVersion. */
export function* framesIn(bytes: Buffer, segment: string, last: boolean): Generator<Frame> {
  let offset = 0
  while (offset < bytes.length) {
    const frame = decodeFrame(bytes, offset)
    if (frame === undefined) {
      const version = foreignVersion(bytes, offset)
      if (version !== undefined) throw new UnknownVersion(`the order log ${segment}`, version, FRAME_VERSION)
      if (last && !frameFollows(bytes, offset)) return
      throw new DamagedLog(`${segment}: damaged at byte ${offset}. Restore the file from a backup.`)
    }
    // The checksum is right, so the frame is not torn, but no program writes such a time.
    if (!Number.isFinite(frame.timestampMs)) {
      throw new DamagedLog(
        `${segment}: the frame at byte ${offset} has no arrival time. Restore the file from a backup.`,
      )
    }
    yield frame
    offset += frameBytes(frame)
  }
}

/** Whether a complete frame follows anywhere. A frame is written after the one before was synced. */
function frameFollows(bytes: Buffer, offset: number): boolean {
  for (let at = bytes.indexOf(FRAME_MAGIC, offset + 1); at >= 0; at = bytes.indexOf(FRAME_MAGIC, at + 1)) {
    if (decodeFrame(bytes, at) !== undefined) return true
  }
  return false
}
