/** What the writer of the data lake reports of itself, for `/health` and the metrics. Counts begin with the process. */

import type { Position } from './order-stream.ts'

/** What the writer has written, files that replace others included. */
export interface LakeWritten {
  readonly rowsWritten: number
  readonly filesWritten: number
  readonly bytesWritten: number
}

export const NOTHING_WRITTEN: LakeWritten = { rowsWritten: 0, filesWritten: 0, bytesWritten: 0 }

export interface LakeStats extends LakeWritten {
  /** The position in the order log up to which the lake has everything. */
  readonly position: Position
  /** Commands that are matched and not in the lake. */
  readonly lagCommands: number
  /** Whether the last write failed. It is tried again. */
  readonly failing: boolean
}
