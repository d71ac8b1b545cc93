/** Handles one request of a connection, wherever the parts of its session are. */

import { admit } from '../../entry/account-limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { accountOperations } from './account-operations.ts'
import { channelOperations } from './channel-operations.ts'
import type { Later } from './later.ts'
import type { OperationCall, OperationOutcome } from './operation-call.ts'
import { orderOperations } from './order-operations.ts'

const OPERATIONS = { ...accountOperations, ...channelOperations, ...orderOperations }

/**
 * The outcome, or a promise of it: of an operation of orders always. Rejections: unauthorized, rate_limited, then those
 * of the operation. Throws, or rejects, with the failures of its ports.
 */
export function handleRequest(call: OperationCall): Later<OperationOutcome> {
  const operation = OPERATIONS[call.op]
  if (!('limit' in operation)) return operation.handle(call)
  const { ports, account } = call.session
  const { caller } = account
  if (caller === undefined) return new Rejection('unauthorized', 'Send authenticate with a key first.')
  return admit(ports, caller, operation.limit) ?? operation.handle(call, caller)
}
