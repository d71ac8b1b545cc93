/**
 * Asks for snapshots of topics of symbols. A request takes its place among the events of its symbol, so that the
 * snapshot can be the state at that place, and the updates after it are those that it lacks.
 */

import type { Follower } from './connections.ts'

export interface JoinRequests {
  /** Resolves when the requests are durable. Topics of accounts are not allowed. Throws OperationalFailure. */
  ask(followers: readonly Follower[]): Promise<void>
}
