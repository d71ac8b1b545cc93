/** Stores the state of the books at a position, so that recovery does not read the whole stream. */

import type { Position } from './order-stream.ts'

export interface Snapshot {
  readonly position: Position
  readonly bytes: Uint8Array
}

export interface SnapshotStore {
  /** Resolves when the snapshot is durable. */
  save(snapshot: Snapshot): Promise<void>
  /**
   * The newest complete snapshot at or before `position`. Damaged ones are skipped. `known`: one was saved at this
   * position, so that older ones need not be looked for.
   */
  latest(position: Position, known?: Position): Promise<Snapshot | undefined>
}
