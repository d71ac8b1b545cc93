/** What a round of pushes has for one symbol: its new events, who follows what, and its book. */

import type { Follower } from '../../ports/connections.ts'
import type { JoinRecord, SymbolEvents } from '../../ports/event-record.ts'
import { topicKey } from '../../ports/market-feed.ts'
import type { BookState } from '../../protocol/book-state.ts'
import { VIEW_LEVELS } from '../../protocol/limits.ts'
import type { TradeRecord } from '../../protocol/records.ts'
import type { SymbolTopicName } from '../topics/symbol-topics.ts'

export interface SymbolRound {
  /** undefined: none. */
  readonly events: RoundEvents | undefined
  /** By the key of a topic. */
  readonly followed: ReadonlyMap<string, FollowedTopic>
  /** undefined: nobody needs it, or it could not be read. */
  readonly view: BookState | undefined
}

/** Successive events of the symbol, and the trades among them. */
export interface RoundEvents {
  readonly firstEvent: number
  readonly lastEvent: number
  readonly trades: readonly TradeRecord[]
}

export interface FollowedTopic {
  readonly name: SymbolTopicName
  readonly followers: Set<string>
  /** Those of them that asked for a snapshot in this round. */
  readonly joining: ReadonlySet<string>
}

export const needsView = ({ channel }: SymbolTopicName): boolean => channel === 'book' || channel === 'ticker'

/**
 * The events of records, which may have the same events again. If events are missing between two records, those before
 * are left out: what they changed is read from the store, as everything else that is missing.
 */
export function roundEvents(records: readonly SymbolEvents[]): RoundEvents | undefined {
  let run: { firstEvent: number; lastEvent: number; trades: TradeRecord[] } | undefined
  for (const { firstEvent, lastEvent, trades } of records) {
    if (run === undefined || firstEvent > run.lastEvent + 1) {
      run = { firstEvent, lastEvent, trades: [...trades] }
      continue
    }
    const known = run.lastEvent
    for (const trade of trades) if (trade.eventNumber > known) run.trades.push(trade)
    run.lastEvent = Math.max(known, lastEvent)
  }
  return run
}

/** The topics of a symbol that are pushed: a longer book than the view does not exist here. */
export function followedTopics(
  followers: readonly Follower[],
  joins: readonly JoinRecord[],
): Map<string, FollowedTopic> {
  const followed = new Map<string, FollowedTopic>()
  for (const { connectionId, topic } of followers) {
    if (topic.channel === 'orders' || (topic.channel === 'book' && topic.depth > VIEW_LEVELS)) continue
    const key = topicKey(topic)
    const known = followed.get(key)
    if (known !== undefined) known.followers.add(connectionId)
    else {
      const joining = new Set(joins.filter((join) => join.topic === key).map((join) => join.connectionId))
      followed.set(key, { name: topic, followers: new Set([connectionId]), joining })
    }
  }
  return followed
}
