/** What order entry needs from the rest of the exchange: nothing else reaches it, least of all a book. */

import type { OrderEntry } from '../ports/order-entry.ts'
import type { OrderReader } from '../ports/order-reader.ts'
import type { ListedInstrument } from '../protocol/instrument-directory.ts'
import type { RateLimiter } from './rate-limiter.ts'

export interface EntryPorts {
  /** What is traded now, closed instruments included. */
  readonly instruments: ReadonlyMap<string, ListedInstrument>
  readonly orderEntry: OrderEntry
  readonly orderReader: OrderReader
  /** One for all dialects: an account has one limit, whichever way its orders come. */
  readonly rateLimiter: RateLimiter
  nowMs(): number
  newOrderId(): string
}

/** How the commands of one request are submitted. */
export interface SubmitOptions {
  /** How long to wait for the outcome; 0 asks for no outcome. */
  readonly waitMs: number
  /** The client's id of the request, carried by its commands. */
  readonly requestId?: string | undefined
}
