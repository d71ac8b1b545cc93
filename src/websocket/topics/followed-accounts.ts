/**
 * The accounts whose orders are followed: their beginning and their end. All their open orders are in memory, so they
 * have a limit. An account that would exceed it cannot begin, or ends, and is tried again until there is room.
 */

import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { FOLLOWED_OPEN_ORDERS_MAX } from '../../protocol/limits.ts'
import { AccountTopic } from './account-topic.ts'
import type { JoinedExchange } from './publisher-ports.ts'
import type { TopicMessages } from './topic-messages.ts'

export class FollowedAccounts {
  private readonly exchange: JoinedExchange
  private readonly onReady: () => void
  private readonly onFailed: (id: number) => void
  private readonly byAccount = new Map<string, AccountTopic>()
  private readonly byId = new Map<number, AccountTopic>()
  /** Accounts whose open orders are not read yet. */
  private readonly beginning = new Set<AccountTopic>()
  private readonly changed = new Set<AccountTopic>()
  private readonly openOrdersMax: number
  /** Open orders of all accounts that have begun. */
  private openOrders = 0

  constructor(
    exchange: JoinedExchange,
    onReady: () => void,
    onFailed: (id: number) => void,
    openOrdersMax = FOLLOWED_OPEN_ORDERS_MAX,
  ) {
    this.exchange = exchange
    this.openOrdersMax = openOrdersMax
    this.onReady = onReady
    this.onFailed = onFailed
  }

  follow(id: number, account: string): void {
    const topic = new AccountTopic(id, account)
    this.byAccount.set(account, topic)
    this.byId.set(id, topic)
    this.beginning.add(topic)
    topic.begin(this.exchange, this.openOrdersMax - this.openOrders, (ready) => {
      this.beginning.delete(topic)
      if (this.byId.get(id) !== topic) return
      this.openOrders += topic.size
      if (!ready || this.openOrders > this.openOrdersMax) return this.fail(topic)
      this.changed.add(topic)
      this.onReady()
    })
  }

  join(id: number): void {
    const topic = this.byId.get(id)
    if (topic === undefined) return
    topic.join()
    this.changed.add(topic)
  }

  unfollow(id: number): void {
    const topic = this.byId.get(id)
    if (topic === undefined) return
    this.byId.delete(id)
    if (!this.beginning.delete(topic)) this.openOrders -= topic.size
    this.changed.delete(topic)
    if (this.byAccount.get(topic.account) === topic) this.byAccount.delete(topic.account)
  }

  /** Keeps a batch for the accounts that are beginning. */
  gather(batch: Uint8Array): void {
    for (const topic of this.beginning) topic.gather(batch)
  }

  /** Returns whether the event concerns a followed account. */
  take(event: EventCursor): boolean {
    if (this.byAccount.size === 0) return false
    const own = this.pass(this.byAccount.get(event.account), event)
    if (event.kind !== 'TradeExecuted' || event.takerAccount === event.account) return own
    return this.pass(this.byAccount.get(event.takerAccount), event) || own
  }

  tick(messages: TopicMessages, instruments: ReadonlyMap<string, Instrument>): void {
    for (const topic of this.changed) topic.tick(messages, instruments)
    this.changed.clear()
  }

  clear(): void {
    this.byAccount.clear()
    this.byId.clear()
    this.beginning.clear()
    this.changed.clear()
    this.openOrders = 0
  }

  /** Keeps no orders of it. Its followers are told. */
  private fail(topic: AccountTopic): void {
    this.unfollow(topic.id)
    this.onFailed(topic.id)
  }

  private pass(topic: AccountTopic | undefined, event: EventCursor): boolean {
    if (topic === undefined) return false
    const before = topic.size
    if (!topic.take(event)) return false
    this.openOrders += topic.size - before
    if (this.openOrders > this.openOrdersMax) this.fail(topic)
    else this.changed.add(topic)
    return true
  }
}
