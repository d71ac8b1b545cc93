/**
 * What an operation gets: the request, and the parts of the session that it may use. The parts are in memory where one
 * process holds the connection, and stored where each message may be handled by another.
 */

import type { ProblemCode } from '../../api/problems.ts'
import type { Limited } from '../../entry/account-limits.ts'
import type { Caller } from '../../entry/caller.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import type { Topic } from '../../ports/market-feed.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { SocketBounds } from '../socket-bounds.ts'
import type { OperationResult } from './answer-text.ts'
import type { ConnectionOrders } from './connection-orders.ts'
import type { Later } from './later.ts'
import type { Request } from './read-request.ts'

/** The account of the connection. */
export interface ConnectionAccount {
  /** undefined: anonymous. */
  readonly caller: Caller | undefined
  /** Rejections: already_authenticated, unauthorized, too_many_connections. */
  bind(key: string | undefined, cancelOnDisconnect: boolean): Later<Caller | Rejection<ProblemCode>>
}

/** The subscriptions of the connection. */
export interface FollowedTopics {
  readonly topics: readonly Topic[]
  /** How many there would be with these topics. */
  sizeWith(topics: readonly Topic[]): number
  /**
   * Before the answer. false: another request has used the room meanwhile. Rejections: rate_limited, if too many topics
   * are started. Then nothing is added.
   */
  add(topics: readonly Topic[]): Later<boolean | Rejection<ProblemCode>>
  /** After the answer: starts each topic with a snapshot; one that exists is started again. */
  start(topics: readonly Topic[]): Later<void>
  /** Ends each topic that exists. */
  stop(topics: readonly Topic[]): Later<void>
}

/** The parts of a session. */
export interface SessionParts {
  readonly ports: EntryPorts
  readonly bounds: SocketBounds
  readonly account: ConnectionAccount
  readonly orders: ConnectionOrders
  readonly subscriptions: FollowedTopics
}

export interface OperationCall extends Request {
  readonly session: SessionParts
  /** By `performance.now()`. */
  readonly arrivedMs: number
}

export interface OperationSuccess extends OperationResult {
  /** Called when the answer is sent, so that what follows comes behind it. */
  readonly after?: () => Later<void>
}

export type OperationOutcome = OperationSuccess | Rejection<ProblemCode>

/** An operation that anybody may use. */
export interface PublicOperation {
  handle(call: OperationCall): Later<OperationOutcome>
}

/** An operation of an account. It is called after the limit has admitted it. */
export interface AccountOperation {
  readonly limit: Limited
  handle(call: OperationCall, caller: Caller): Promise<OperationOutcome>
}
