/**
 * The connections of the socket where no process holds them: who is behind each, and what each follows. Every message
 * of a connection may be handled by another process, so all of this is stored. All reads are consistent.
 *
 * A connection ends in two steps. `beginEnd` makes every later change answer `gone`; then its orders are canceled; then
 * `end` removes all rows. A change that ran at the same time looks again after its write, and takes the write back. So
 * no follower and no order stays behind a connection that has ended. Rows expire by themselves some hours after the
 * connection began, which is later than any connection may live.
 *
 * Every function throws OperationalFailure if the store cannot be reached.
 */

import type { Topic } from './market-feed.ts'

/** The caller behind a connection. */
export interface ConnectionHolder {
  readonly account: string
  readonly operator: boolean
  readonly keyName: string
}

export interface NewConnection {
  readonly connectionId: string
  readonly sourceIp: string
  readonly connectedAtMs: number
}

/** What is known of a connection. */
export interface Connection extends NewConnection {
  /** undefined: nobody has authenticated. */
  readonly holder: ConnectionHolder | undefined
  readonly cancelOnDisconnect: boolean
  readonly wrongKeys: number
  /** In no order. */
  readonly topics: readonly Topic[]
  /** `beginEnd` was called. Nothing changes any more. */
  readonly ending: boolean
}

/** One topic that one connection follows. */
export interface Follower {
  readonly connectionId: string
  readonly topic: Topic
}

/** The limits of connections. A limit holds also for calls at the same time, which may then all be refused. */
export interface ConnectionLimits {
  readonly perAddress: number
  readonly perAccount: number
}

/** An order that a connection has placed. */
export interface ConnectionOrder {
  readonly orderId: string
  /** Present if the order may be in the stream although its request failed: it is canceled without a look. */
  readonly uncertainIn?: string
}

export interface Connections {
  /** Notes a connection. `too_many`: its address has its maximum, and nothing is noted. */
  begin(connection: NewConnection): Promise<'begun' | 'too_many'>
  /** undefined: the connection is unknown, or `end` was called. */
  read(connectionId: string): Promise<Connection | undefined>
  /** Counts a wrong key; returns how many there were. 0: the connection is gone. */
  wrongKey(connectionId: string): Promise<number>
  /** Binds a connection to a caller, once. `too_many`: the account has its maximum. */
  bind(
    connectionId: string,
    holder: ConnectionHolder,
    cancelOnDisconnect: boolean,
  ): Promise<'bound' | 'already_bound' | 'too_many' | 'gone'>
  /**
   * Adds topics; one that is followed already stays. `too_many`: the connection would follow more than `max`, and
   * nothing has changed. When it resolves, followersOf… has the topics.
   */
  follow(connectionId: string, topics: readonly Topic[], max: number): Promise<'followed' | 'too_many' | 'gone'>
  /** Removes topics; one that is not followed is ignored. */
  unfollow(connectionId: string, topics: readonly Topic[]): Promise<void>
  /** Who follows anything of a symbol: one query of the followers of this symbol alone, in no order. */
  followersOfSymbol(symbol: string): Promise<Follower[]>
  /** The connections that follow the orders of an account, in no order. */
  followersOfAccount(account: string): Promise<string[]>
  /** Notes orders of a connection. `gone`: the connection ends or has ended, and nobody will cancel them but the caller. */
  remember(connectionId: string, orders: readonly ConnectionOrder[]): Promise<'remembered' | 'gone'>
  /** The orders that were noted. */
  rememberedOrders(connectionId: string): Promise<ConnectionOrder[]>
  /** The connections whose orders are canceled when they end, those that are ending included. For a regular check. */
  canceling(): Promise<string[]>
  /** From now on nothing of the connection changes. Returns it; undefined if it has ended. */
  beginEnd(connectionId: string): Promise<Connection | undefined>
  /**
   * Removes all rows of a connection. It may be called again, also at the same time. `seen`: topics under which the
   * caller has found the connection, in case its row is gone and they are not.
   */
  end(connectionId: string, seen?: readonly Topic[]): Promise<void>
}
