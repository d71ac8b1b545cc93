/** What an operation gets: the request, and the parts of the session that it may use. */

import type { ProblemCode } from '../../api/problems.ts'
import type { Limited } from '../../entry/account-limits.ts'
import type { Caller } from '../../entry/caller.ts'
import type { Rejection } from '../../protocol/rejection.ts'
import type { Subscriptions } from '../subscriptions/subscriptions.ts'
import type { OperationResult } from './answer-text.ts'
import type { ConnectionOrders } from './connection-orders.ts'
import type { Request } from './read-request.ts'
import type { SessionAccount } from './session-account.ts'
import type { SocketPorts } from './session-ports.ts'

/** The parts of a session. */
export interface SessionParts {
  readonly ports: SocketPorts
  readonly account: SessionAccount
  readonly orders: ConnectionOrders
  readonly subscriptions: Subscriptions
}

export interface OperationCall extends Request {
  readonly session: SessionParts
  /** By `performance.now()`. */
  readonly arrivedMs: number
}

export interface OperationSuccess extends OperationResult {
  /** Called when the answer is sent, so that what follows comes behind it. */
  readonly after?: () => void
}

export type OperationOutcome = OperationSuccess | Rejection<ProblemCode>

/** An operation that anybody may use. */
export interface PublicOperation {
  handle(call: OperationCall): OperationOutcome
}

/** An operation of an account. It is called after the limit has admitted it. */
export interface AccountOperation {
  readonly limit: Limited
  handle(call: OperationCall, caller: Caller): Promise<OperationOutcome>
}
