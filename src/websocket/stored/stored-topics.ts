/**
 * The subscriptions of a stored connection. Its row and the rows of followers are written before the answer. After it,
 * a symbol's snapshot is asked for at a place among the symbol's events, and own orders are posted here.
 */

import type { ProblemCode } from '../../api/problems.ts'
import type { Connection, Follower } from '../../ports/connections.ts'
import { type Topic, topicKey } from '../../ports/market-feed.ts'
import { JOINS_PER_SECOND_MAX } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import type { FollowedTopics } from '../session/operation-call.ts'
import { ON_AWS } from '../socket-bounds.ts'
import { postOwnOrders } from './own-orders.ts'
import type { StoredSocketPorts } from './stored-ports.ts'

export class StoredTopics implements FollowedTopics {
  private readonly ports: StoredSocketPorts
  private readonly connection: Connection

  constructor(ports: StoredSocketPorts, connection: Connection) {
    this.ports = ports
    this.connection = connection
  }

  get topics(): readonly Topic[] {
    return this.connection.topics
  }

  sizeWith(topics: readonly Topic[]): number {
    return new Set([...this.topics, ...topics].map(topicKey)).size
  }

  /** Nobody receives the answer of a connection that is gone. */
  async add(topics: readonly Topic[]): Promise<boolean | Rejection<ProblemCode>> {
    const { connectionId } = this.connection
    const joins = topics.filter(({ channel }) => channel !== 'orders').length
    const pauseMs = joins === 0 ? 0 : await this.ports.joins.admit(joins)
    if (pauseMs > 0) {
      const detail = `The exchange starts ${JOINS_PER_SECOND_MAX} subscriptions a second.`
      return new Rejection('rate_limited', detail, undefined, pauseMs)
    }
    return (await this.ports.connections.follow(connectionId, topics, ON_AWS.subscriptions)) !== 'too_many'
  }

  async start(topics: readonly Topic[]): Promise<void> {
    const { connectionId } = this.connection
    const followers: Follower[] = []
    for (const topic of topics) {
      if (topic.channel === 'orders') await postOwnOrders(this.ports, connectionId, topic.account)
      else followers.push({ connectionId, topic })
    }
    if (followers.length > 0) await this.ports.joins.ask(followers)
  }

  async stop(topics: readonly Topic[]): Promise<void> {
    await this.ports.connections.unfollow(this.connection.connectionId, topics)
  }
}
