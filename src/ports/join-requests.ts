/**
 * Asks for snapshots of topics of symbols. A request takes its place among the events of its symbol, so that the
 * snapshot can be the state at that place, and the updates after it are those that it lacks.
 */

import type { Follower } from './connections.ts'
import type { LatePush } from './late-pushes.ts'

export interface JoinRequests {
  /**
   * Before `ask`: whether `count` requests are accepted now. Returns 0, or after how many milliseconds to try again,
   * because all connections together have a limit. Throws OperationalFailure.
   */
  admit(count: number): Promise<number>
  /** Resolves when the requests are durable. Topics of accounts are not allowed. Throws OperationalFailure. */
  ask(followers: readonly Follower[]): Promise<void>
  /** Asks for what is late, whoever lacks it. It counts as `ask` does. Throws OperationalFailure. */
  wake(late: readonly LatePush[]): Promise<void>
}
