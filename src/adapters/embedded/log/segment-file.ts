/** Reads the file of a closed segment, which an operator may have compressed with gzip. */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { DamagedLog } from './segment-frames.ts'

export const isCompressed = (segment: string): boolean => segment.endsWith('.gz')

/** Throws DamagedLog. */
export function readSegment(segment: string): Buffer {
  const file = readFileSync(segment)
  if (!isCompressed(segment)) return file
  try {
    return gunzipSync(file)
  } catch (cause) {
    throw new DamagedLog(`${segment}: it cannot be decompressed. Restore the file from a backup.`, { cause })
  }
}
