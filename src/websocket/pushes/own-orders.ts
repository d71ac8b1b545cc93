/**
 * The pushes of own orders: every event of an order of a followed account is one entry. If events of an account may
 * have been missed, its next entries follow a snapshot of its open orders. What is made of the orders of an account is
 * sent to the followers of this account only.
 */

import type { OrderUpdate } from '../../marketdata/order-updates.ts'
import type { SymbolEvents } from '../../ports/event-record.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { EventCursor } from '../../protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { PUSH_READS_IN_FLIGHT_MAX, PUSHED_ORDERS_KEPT_MAX } from '../../protocol/limits.ts'
import { ownOrdersSnapshot } from '../stored/own-orders-snapshot.ts'
import { updateTexts } from './order-texts.ts'
import type { Outbox } from './outbox.ts'
import { accountsIn, OwnOrderFold, ordersIn } from './own-order-fold.ts'
import type { PushPorts } from './push-ports.ts'

/** The followed accounts of a symbol that have every event up to `last`. */
interface OrdersOfSymbol {
  last: number
  readonly accounts: Map<string, OwnOrderFold>
}

/** A record, and the last event before those of it that are new. */
interface UnseenEvents {
  readonly orders: OrdersOfSymbol
  readonly batch: Uint8Array
  readonly after: number
}

type Followers = ReadonlyMap<string, readonly string[]>

export class OwnOrders {
  private readonly ports: Pick<PushPorts, 'connections' | 'orders'>
  private readonly instruments: ReadonlyMap<string, Instrument>
  private readonly symbols = new Map<string, OrdersOfSymbol>()
  /** Accounts whose followers may lack something. */
  private readonly behind: Set<string>
  /** Accounts of a round that has not ended: if it failed, their followers lack something. */
  unfinished: ReadonlySet<string> = new Set()

  constructor(
    ports: Pick<PushPorts, 'connections' | 'orders'>,
    instruments: ReadonlyMap<string, Instrument>,
    behind: Iterable<string> = [],
  ) {
    this.ports = ports
    this.instruments = instruments
    this.behind = new Set(behind)
  }

  /**
   * Writes the messages of a round. `records` are in order. If it throws, the same object must not be used again.
   */
  async push(records: readonly SymbolEvents[], outbox: Outbox): Promise<void> {
    const unseen = records.flatMap((record) => this.unseen(record))
    const concerned = this.concerned(unseen)
    this.unfinished = concerned
    const followers = await this.followersOf(concerned)
    const kept = this.begin(unseen, followers)
    if (kept > PUSHED_ORDERS_KEPT_MAX) this.forgetOrders()
    await this.restore(unseen, followers)
    const updates = this.fold(unseen, followers)
    await inParallel(followers, PUSH_READS_IN_FLIGHT_MAX, async ([account, connectionIds]) => {
      const texts = this.behind.has(account)
        ? [await ownOrdersSnapshot(this.ports.orders, this.instruments, account)]
        : []
      const own = updates.get(account)
      if (own !== undefined) texts.push(...updateTexts(this.instruments, own))
      for (const connectionId of connectionIds) {
        outbox.found(connectionId, { channel: 'orders', account })
        for (const text of texts) outbox.add(connectionId, text)
      }
    })
    this.behind.clear()
  }

  /** Accounts whose followers get a snapshot with the next round. */
  get late(): ReadonlySet<string> {
    return this.behind
  }

  /** A follower of the account did not get its messages. */
  miss(account: string): void {
    this.behind.add(account)
  }

  /** Notes the events of a record as taken. After missing events every account of the symbol begins anew. */
  private unseen({ symbol, firstEvent, lastEvent, batch }: SymbolEvents): UnseenEvents[] {
    const orders = this.symbols.get(symbol) ?? { last: 0, accounts: new Map() }
    this.symbols.set(symbol, orders)
    const after = orders.last
    if (lastEvent <= after) return []
    if (firstEvent > after + 1) orders.accounts.clear()
    orders.last = lastEvent
    return [{ orders, batch, after }]
  }

  private concerned(unseen: readonly UnseenEvents[]): Set<string> {
    const accounts = new Set(this.behind)
    eachOf(unseen, (event) => {
      for (const account of accountsIn(event)) accounts.add(account)
    })
    return accounts
  }

  private async followersOf(accounts: ReadonlySet<string>): Promise<Map<string, readonly string[]>> {
    const followers = new Map<string, readonly string[]>()
    await inParallel(accounts, PUSH_READS_IN_FLIGHT_MAX, async (account) => {
      const found = await this.ports.connections.followersOfAccount(account)
      if (found.length > 0) followers.set(account, found)
    })
    return followers
  }

  /** Begins the accounts that are new, and forgets those that nobody follows. Returns how many orders are kept. */
  private begin(unseen: readonly UnseenEvents[], followers: Followers): number {
    eachOf(unseen, (event, { accounts }) => {
      for (const account of accountsIn(event)) {
        if (!followers.has(account)) accounts.delete(account)
        else if (!accounts.has(account)) {
          accounts.set(account, new OwnOrderFold(account))
          this.behind.add(account)
        }
      }
    })
    let kept = 0
    for (const { accounts } of this.symbols.values()) for (const fold of accounts.values()) kept += fold.size
    return kept
  }

  /** Their stored records are read again when an event concerns them. */
  private forgetOrders(): void {
    for (const { accounts } of this.symbols.values()) {
      for (const account of accounts.keys()) accounts.set(account, new OwnOrderFold(account))
    }
  }

  /** Reads the records of orders that are not known and were accepted before. */
  private async restore(unseen: readonly UnseenEvents[], followers: Followers): Promise<void> {
    const wanted = new Map<string, Set<string>>()
    const entered = new Set<string>()
    eachOf(unseen, (event, { accounts }) => {
      if (event.kind === 'OrderAccepted') entered.add(`${event.account}/${event.orderId}`)
      for (const account of accountsIn(event)) {
        const fold = followers.has(account) ? accounts.get(account) : undefined
        if (fold === undefined) continue
        const ids = wanted.get(account) ?? new Set()
        wanted.set(account, ids)
        for (const orderId of ordersIn(event, account)) {
          if (!fold.knows(orderId) && !entered.has(`${account}/${orderId}`)) ids.add(orderId)
        }
      }
    })
    await inParallel(wanted, PUSH_READS_IN_FLIGHT_MAX, async ([account, ids]) => {
      if (ids.size === 0) return
      const records = await this.ports.orders.latest(account, [...ids])
      for (const record of records.values()) this.symbols.get(record.symbol)?.accounts.get(account)?.restore(record)
    })
  }

  private fold(unseen: readonly UnseenEvents[], followers: Followers): Map<string, OrderUpdate[]> {
    const updates = new Map<string, OrderUpdate[]>()
    eachOf(unseen, (event, { accounts }) => {
      for (const account of accountsIn(event)) {
        const fold = followers.has(account) ? accounts.get(account) : undefined
        if (fold === undefined) continue
        const known = updates.get(account) ?? []
        updates.set(account, known)
        known.push(...fold.take(event))
      }
    })
    return updates
  }
}

/** Calls `take` with each event that is new, in order. */
function eachOf(unseen: readonly UnseenEvents[], take: (event: EventCursor, orders: OrdersOfSymbol) => void): void {
  for (const { orders, batch, after } of unseen) {
    const event = new EventFeedReader(batch)
    while (event.next()) if (event.number > after) take(event, orders)
  }
}
