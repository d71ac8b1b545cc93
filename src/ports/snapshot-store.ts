/** Keeps the state of the books at a position, so that recovery need not read the whole stream. */

import type { Position } from './order-stream.ts'

export interface Snapshot {
  readonly position: Position
  readonly bytes: Uint8Array
}

export interface SnapshotStore {
  /** Resolves when it is durable. */
  save(snapshot: Snapshot): Promise<void>
  /** The newest whole snapshot at or before `position`; damaged ones are passed over. */
  latest(position: Position): Promise<Snapshot | undefined>
}
