/** What a program gives to a client, and what it may count. */

import type { ConnectionTimes } from './connection.ts'
import type { SocketClass } from './socket.ts'

export interface ClientOptions {
  /** `ws://HOST:PORT/ws` or `wss://…`. */
  readonly url: string
  /** Needed for orders, unless the exchange has no keys. */
  readonly key?: string
  /** The exchange cancels the open orders of each connection when it ends. */
  readonly cancelOnDisconnect?: boolean
  /**
   * An order without an answer is sent again only within this time after its connection was lost, in milliseconds.
   * Absent: whenever there is a connection again, however late.
   */
  readonly resendOrdersMs?: number
  /** The WebSocket class; if absent, that of the platform. */
  readonly WebSocket?: SocketClass
  readonly times?: ConnectionTimes
}

export interface Outcome {
  /** Seconds to wait for the outcome, up to 25. If absent, the answer comes when the command is durable. */
  readonly wait?: number
}

export interface Amendment {
  readonly price?: string | number
  readonly quantity?: string | number
}

export interface ClientCounts {
  /** Connections that were lost. */
  readonly lost: number
  /** Gaps in the messages of feeds, and books whose checksum differed. Each was repaired by a new snapshot. */
  readonly gaps: number
  readonly checksums: number
  /** Round trip of the last ping; undefined before the first. */
  readonly roundTripMs: number | undefined
}
