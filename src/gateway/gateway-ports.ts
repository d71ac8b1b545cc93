/** What the gateway needs from the rest of the exchange: nothing else reaches it, least of all a book. */

import type { BookReader } from '../ports/book-reader.ts'
import type { OrderEntry } from '../ports/order-entry.ts'
import type { OrderReader } from '../ports/order-reader.ts'
import type { TradeReader } from '../ports/trade-reader.ts'
import type { Instrument } from '../protocol/instrument.ts'

/** Who sends a request. */
export interface Caller {
  readonly account: string
  /** May halt trading and set price bands. */
  readonly operator: boolean
}

export interface Health {
  readonly status: 'ok' | 'failing'
  /** Whatever helps an operator; never a secret, for the answer is public. */
  readonly [detail: string]: unknown
}

export interface DocsAsset {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly contentType: string
}

export interface GatewayPorts {
  readonly instruments: ReadonlyMap<string, Instrument>
  readonly orderEntry: OrderEntry
  readonly orderReader: OrderReader
  readonly tradeReader: TradeReader
  readonly bookReader: BookReader
  /** undefined: the request carries no known key. */
  authenticate(headers: Headers): Caller | undefined
  nowMs(): number
  newOrderId(): string
  health(): Promise<Health>
  /** Absent: there is no `/metrics`. */
  metricsText?(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Called once per answered request; `route` is the path's template, or `unmatched`. */
  observe?(route: string, method: string, status: number, seconds: number): void
  /** Called with what became a 500 or a 503, for the log. */
  failed?(failure: unknown, requestId: string): void
  readonly rateLimit: { readonly ordersPerSecond: number }
  /** A file of swagger-ui-dist by its name. Absent: `/docs` is a plain list of the routes. */
  docsAsset?(name: string): DocsAsset | undefined
}
