/** The operations of the connection itself: `authenticate` and `ping`. */

import { shaped } from '../../api/body-shape.ts'
import { timeResource } from '../../api/market-resource.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { REQUEST_SCHEMAS } from '../messages/schemas/request-schemas.ts'
import { type Later, whenThere } from './later.ts'
import type { OperationCall, OperationOutcome, PublicOperation } from './operation-call.ts'

export const accountOperations = {
  authenticate: { handle: authenticate },
  ping: { handle: ping },
} as const satisfies Record<string, PublicOperation>

function authenticate({ fields, session: { account, orders } }: OperationCall): Later<OperationOutcome> {
  const request = shaped(REQUEST_SCHEMAS.authenticate, fields)
  if (request instanceof Rejection) return request
  const { key, cancelOnDisconnect = false } = request
  return whenThere(account.bind(key, cancelOnDisconnect), (caller) => {
    if (caller instanceof Rejection) return caller
    if (cancelOnDisconnect) orders.remember(caller.account)
    return { status: 200, body: { account: caller.account, cancelOnDisconnect } }
  })
}

function ping({ fields, session: { ports } }: OperationCall): OperationOutcome {
  const request = shaped(REQUEST_SCHEMAS.ping, fields)
  return request instanceof Rejection ? request : { status: 200, body: timeResource(ports.nowMs()) }
}
