/** What a session of the socket uses, in addition to the ports of order entry. */

import type { KeyHolder } from '../../entry/api-keys.ts'
import type { Caller } from '../../entry/caller.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import type { MarketFeed } from '../../ports/market-feed.ts'

export interface SocketPorts extends EntryPorts {
  readonly marketFeed: MarketFeed
  /** The caller of every connection, if the exchange has no keys. */
  readonly demoCaller?: Caller
  /** undefined: the key is unknown. Not called if there is a demo caller. */
  holderOf(key: string): KeyHolder | undefined
  /** Called with every failure that a client got as a 500 or a 503, and with those of canceling at a disconnect. */
  failed?(failure: unknown): void
  /** Called with the answers to requests that were read, and the time since these arrived together. */
  onAnswer?(op: string, seconds: number, answers: number): void
}
