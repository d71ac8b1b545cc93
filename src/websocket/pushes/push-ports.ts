/**
 * What pushing live market data needs. Events come from a stream that is delivered at least once, and the followers are
 * stored (ports/connections.ts), so everything that these functions keep in memory may be gone at the next call.
 */

import type { ConnectionPosts } from '../../ports/connection-posts.ts'
import type { Connections } from '../../ports/connections.ts'
import type { LatePushes } from '../../ports/late-pushes.ts'
import type { Topic } from '../../ports/market-feed.ts'
import type { MarketReader } from '../../ports/market-reader.ts'
import type { OrderReader } from '../../ports/order-reader.ts'
import type { Publisher } from '../../ports/publisher.ts'
import type { PushTurns } from '../../ports/push-turns.ts'
import type { TradeReader } from '../../ports/trade-reader.ts'
import type { BookState } from '../../protocol/book-state.ts'
import type { OrderRecord } from '../../protocol/records.ts'

/**
 * messagesPushed, pushFailures: messages. followers: connections that got a message. marketRestarts: symbols whose
 * followers got snapshots because what they know was not known.
 */
export type PushMetric = 'followers' | 'messagesPushed' | 'pushFailures' | 'connectionsGone' | 'marketRestarts'

export interface PushPorts {
  readonly connections: Pick<Connections, 'followersOfSymbol' | 'followersOfAccount'>
  readonly posts: Pick<ConnectionPosts, 'post'>
  readonly turns: PushTurns
  readonly late: Pick<LatePushes, 'note' | 'remove'>
  /** By symbol. A symbol is absent while its view is lost. Throws OperationalFailure. */
  readonly views: { read(symbols: readonly string[]): Promise<ReadonlyMap<string, BookState>> }
  /** Everything up to a mark is published: trades, candles and orders have it. */
  readonly marks: Pick<Publisher, 'mark'>
  readonly trades: TradeReader
  readonly market: Pick<MarketReader, 'candles' | 'latest'>
  readonly orders: Pick<OrderReader, 'list'> & {
    /** The stored records of some orders of an account. */
    latest(account: string, orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderRecord>>
  }
  readonly metrics: { add(metric: PushMetric, value: number): void }
  /** Ends a connection that is gone. `seen`: topics under which it was found. */
  gone(connectionId: string, seen: readonly Topic[]): Promise<void>
  /** Something failed. The followers concerned get snapshots later. */
  trouble(what: string, cause: unknown): void
  nowMs(): number
  pause(delayMs: number): Promise<void>
  /** At least 0 and below 1. */
  random(): number
}
