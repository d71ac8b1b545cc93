/** The ports of the REST dialect, in addition to those of order entry. */

import type { Caller } from '../entry/caller.ts'
import type { EntryPorts } from '../entry/entry-ports.ts'
import type { BookReader } from '../ports/book-reader.ts'
import type { DemoMarket } from '../ports/demo-market.ts'
import type { FillReader } from '../ports/fill-reader.ts'
import type { MarketReader } from '../ports/market-reader.ts'
import type { TradeReader } from '../ports/trade-reader.ts'

export interface Health {
  /** degraded: the exchange works, and an operator should look at the causes. */
  readonly status: 'ok' | 'degraded' | 'failing'
  /** Details for an operator. They must not contain a secret, because the answer is public. */
  readonly [detail: string]: unknown
}

export interface DocsAsset {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly contentType: string
}

/** Bounds of stored market data that an exchange may have. */
export interface MarketBounds {
  /** Trades of which candles of seconds are made at most. */
  readonly secondsTradesMax: number
  /** After this time a fill is listed, usually earlier. */
  readonly fillsLagSeconds: number
}

export interface RestPorts extends EntryPorts {
  readonly tradeReader: TradeReader
  /** Absent: fills are listed by order only. */
  readonly fillReader?: FillReader
  /** Absent: there are no candles and tickers. */
  readonly marketReader?: MarketReader
  /** Absent: there are none. */
  readonly marketBounds?: MarketBounds
  readonly bookReader: BookReader
  /** Levels a side that the book reader can show. Absent: as many as a request may ask for. */
  readonly depthLevelsMax?: number
  /** undefined: the request carries no known key. */
  authenticate(headers: Headers): Caller | undefined
  /** Absent: this exchange offers none. */
  readonly demoMarket?: DemoMarket
  health(): Promise<Health>
  /** Absent: there is no `/metrics`. */
  metricsText?(): Promise<{ readonly contentType: string; readonly body: string }>
  /** The text of the AsyncAPI document. Absent: there is no `/asyncapi.json`. */
  asyncApi?(): string
  /** A file of swagger-ui-dist by its name. Absent: `/docs` is a plain list of the routes. */
  docsAsset?(name: string): DocsAsset | undefined
}
