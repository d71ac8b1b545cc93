/** The operations of subscriptions. A request is accepted as a whole or rejected as a whole. */

import { shaped } from '../../api/body-shape.ts'
import { admit } from '../../entry/account-limits.ts'
import type { Topic } from '../../ports/market-feed.ts'
import { ROWS_PER_READ, SOCKET_ORDERS_LISTED_MAX } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import { REQUEST_SCHEMAS } from '../messages/schemas/request-schemas.ts'
import { type Later, whenThere } from './later.ts'
import type { OperationCall, OperationOutcome, PublicOperation } from './operation-call.ts'
import { requestedTopics } from './requested-topics.ts'

/** The snapshot of own orders is a page of them. */
const SNAPSHOT_READS = Math.ceil(SOCKET_ORDERS_LISTED_MAX / ROWS_PER_READ)

export const channelOperations = {
  subscribe: { handle: subscribe },
  unsubscribe: { handle: unsubscribe },
  subscriptions: { handle: list },
} as const satisfies Record<string, PublicOperation>

function subscribe(call: OperationCall): Later<OperationOutcome> {
  const requested = requestedTopics(call, 'subscribe')
  if (requested instanceof Rejection) return requested
  const { topics, named } = requested
  const { subscriptions, account, ports, bounds } = call.session
  const tooMany = () =>
    new Rejection('too_many_subscriptions', `A connection may have ${bounds.subscriptions} subscriptions.`)
  if (subscriptions.sizeWith(topics) > bounds.subscriptions) return tooMany()
  if (named.channel === 'orders' && account.caller !== undefined) {
    const limited = admit(ports, account.caller, 'reads')
    if (limited !== undefined) return limited
    ports.limits.reads.charge(account.caller.account, SNAPSHOT_READS - 1)
  }
  return whenThere(subscriptions.add(topics), (added) => {
    if (added instanceof Rejection) return added
    return added ? { status: 200, body: named, after: () => subscriptions.start(topics) } : tooMany()
  })
}

function unsubscribe(call: OperationCall): Later<OperationOutcome> {
  const requested = requestedTopics(call, 'unsubscribe')
  if (requested instanceof Rejection) return requested
  return whenThere(call.session.subscriptions.stop(requested.topics), () => ({ status: 200, body: requested.named }))
}

function list({ fields, session: { subscriptions } }: OperationCall): OperationOutcome {
  const request = shaped(REQUEST_SCHEMAS.subscriptions, fields)
  if (request instanceof Rejection) return request
  const named = (topic: Topic) => (topic.channel === 'orders' ? { channel: topic.channel } : topic)
  return { status: 200, body: { subscriptions: subscriptions.topics.map(named) } }
}
