/** What the messages of stored connections use, in addition to the ports of order entry. */

import type { Caller } from '../../entry/caller.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import type { ConnectionPosts } from '../../ports/connection-posts.ts'
import type { Connections } from '../../ports/connections.ts'
import type { JoinRequests } from '../../ports/join-requests.ts'

export interface StoredSocketPorts extends EntryPorts {
  readonly connections: Connections
  readonly posts: ConnectionPosts
  readonly joins: JoinRequests
  /** The caller of every connection, if the exchange has no keys. */
  readonly demoCaller?: Caller
  /** undefined: the key is unknown. Not called if there is a demo caller. Throws OperationalFailure. */
  callerOf(key: string): Promise<Caller | undefined>
  /** Called before each request: the instruments are those of now. Throws OperationalFailure. */
  refresh(): Promise<void>
  /** Those of some orders of an account that are open, PENDING ones included, with their symbols. */
  openAmong(account: string, orderIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Called with every failure that a client got as a 500 or a 503, and with those that no client sees. */
  failed(failure: unknown): void
}
