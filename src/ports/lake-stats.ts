/** What the writer of the data lake reports of itself, for `/health` and the metrics. Counts begin with the process. */

import type { Position } from './order-stream.ts'

export interface LakeStats {
  /** The position in the order log up to which the lake has everything. */
  readonly position: Position
  /** Commands that are matched and not in the lake. */
  readonly lagCommands: number
  readonly rowsWritten: number
  readonly filesWritten: number
  readonly bytesWritten: number
  /** Whether the last write failed. It is tried again. */
  readonly failing: boolean
}
