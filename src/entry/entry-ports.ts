/** The ports of order entry. It has no other access to the exchange, and none to a book. */

import type { OrderEntry } from '../ports/order-entry.ts'
import type { OrderReader } from '../ports/order-reader.ts'
import type { ListedInstrument } from '../protocol/instrument/instrument-directory.ts'
import type { RateLimiter } from './rate-limiter.ts'

export interface EntryPorts {
  /** All instruments, including closed ones. */
  readonly instruments: ReadonlyMap<string, ListedInstrument>
  readonly orderEntry: OrderEntry
  readonly orderReader: OrderReader
  /** Shared by all dialects, so that an account has one limit for all of them. */
  readonly rateLimiter: RateLimiter
  nowMs(): number
  newOrderId(): string
}

/** How the commands of one request are submitted. */
export interface SubmitOptions {
  /** How long to wait for the outcome; 0 does not wait. */
  readonly waitMs: number
  /** The client's id of the request. Its commands include it. */
  readonly requestId?: string | undefined
}
