/**
 * The messages that the client understands (docs/reference/websocket.md). Prices and quantities are decimal text,
 * exact and never numbers. Times are RFC 3339. A test compares these types with the schemas of the exchange.
 */

import type { LevelText } from '../marketdata/book-level.ts'
import type { Interval } from '../protocol/candle-interval.ts'
import type { TradingPhase } from '../protocol/command/trading-phases.ts'
import type { OptionalFieldName, OptionalFieldTable } from '../protocol/order/order-fields.ts'
import type { OrderType, Side, TimeInForce } from '../protocol/order/order-words.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import type { OrderStatus } from '../protocol/records.ts'

/** What {@link Chained} messages of a symbol have: the events that they include. */
export type Chained =
  | { readonly type: 'snapshot'; readonly sequence: number }
  | { readonly type: 'update'; readonly from: number; readonly to: number }

export interface BookFields {
  readonly timestamp: string | null
  readonly phase: TradingPhase
  readonly bids: readonly LevelText[]
  readonly asks: readonly LevelText[]
  readonly checksum: number
}
export type BookMessage = Chained & BookFields

export interface Trade {
  readonly tradeId: string
  readonly price: string
  readonly quantity: string
  /** The side of the order that arrived. */
  readonly takerSide: Side
  readonly timestamp: string
  /** The number of its event within the symbol. */
  readonly sequence: number
}
export type TradesMessage = Chained & { readonly trades: readonly Trade[] }

/** The best prices, and the last 24 hours. null: there is none. */
export interface Ticker {
  readonly timestamp: string | null
  readonly last: string | null
  readonly bid: string | null
  readonly bidQuantity: string | null
  readonly ask: string | null
  readonly askQuantity: string | null
  readonly open: string | null
  readonly high: string | null
  readonly low: string | null
  readonly volume: string
  readonly quoteVolume: string
  readonly count: number
  readonly change: string | null
  readonly changePercent: string | null
}
export type TickerMessage = Chained & Ticker

export interface Candle {
  readonly start: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
  readonly quoteVolume: string
  readonly count: number
  readonly closed: boolean
}
export type CandlesMessage = Chained & { readonly interval: Interval; readonly candles: readonly Candle[] }

type RequestName<N extends OptionalFieldName> = OptionalFieldTable[N] extends {
  readonly requestName: infer R extends string
}
  ? R
  : N
type TextOf<F> = F extends { readonly kind: 'flag' }
  ? boolean
  : F extends { readonly kind: 'word'; readonly words: readonly (infer W)[] }
    ? W
    : string
type NullOf<F> = F extends { readonly default: string | false } ? never : null

/** The optional fields of an order, from the table of order fields. */
export type OptionalOrderValues = {
  readonly [N in OptionalFieldName as RequestName<N>]: TextOf<OptionalFieldTable[N]> | NullOf<OptionalFieldTable[N]>
}
type OptionalOrderRequest = {
  readonly [N in OptionalFieldName as RequestName<N>]?: TextOf<OptionalFieldTable[N]>
}

/** An order to place. A decimal may be a number, if it is exact. */
export interface NewOrder extends OptionalOrderRequest {
  /** Chosen by the client; it makes the order safe to send again. Without it the client makes one. */
  readonly orderId?: string
  readonly symbol: string
  readonly side: Side
  readonly type?: OrderType
  readonly timeInForce?: TimeInForce
  readonly quantity: string | number
  readonly price?: string | number
}

export interface Order extends OptionalOrderValues {
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly price: string | null
  readonly quantity: string
  readonly filledQuantity: string
  readonly remainingQuantity: string
  readonly status: OrderStatus
  readonly reason: RejectReason | CancelReason | null
  readonly receivedAt: string
  readonly updatedAt: string
  /** The number of its last event within the symbol. */
  readonly sequence: number
}

interface EventOfOrder {
  readonly symbol: string
  readonly orderId: string
  readonly sequence: number
  readonly timestamp: string
}
export type OrderEvent =
  | (EventOfOrder & { readonly type: 'ACCEPTED' | 'AMENDED' })
  | (EventOfOrder & {
      readonly type: 'REJECTED' | 'CANCELED' | 'CANCEL_REJECTED' | 'AMEND_REJECTED'
      readonly reason: RejectReason | CancelReason
    })
  | (EventOfOrder & {
      readonly type: 'TRADE'
      readonly tradeId: string
      readonly price: string
      readonly quantity: string
      readonly liquidity: 'MAKER' | 'TAKER'
    })

export interface OrderUpdate {
  readonly event: OrderEvent
  /** The order after the event; null if the event concerns an order that is not open. */
  readonly order: Order | null
}

export type OrdersMessage =
  | { readonly type: 'snapshot'; readonly complete: boolean; readonly orders: readonly Order[] }
  | { readonly type: 'update'; readonly updates: readonly OrderUpdate[] }
