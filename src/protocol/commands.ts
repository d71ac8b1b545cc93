/**
 * The commands: everything that can be asked of the exchange, and the only way to change a book.
 * Imperative names, integers inside. Each concerns one symbol; their order within a symbol is the
 * order of the stream. docs/reference/commands.md is their specification.
 */

import type { OrderType, SelfTradePrevention, Side, TimeInForce } from './order-words.ts'
import type { Lots, Ticks } from './units.ts'

interface CommandBase {
  readonly symbol: string
  /** Carried from the request to every record that comes of it. */
  readonly requestId?: string
}

export interface PlaceOrder extends CommandBase {
  readonly kind: 'PlaceOrder'
  readonly account: string
  readonly orderId: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly quantity: Lots
  /** Of LIMIT orders only. */
  readonly price?: Ticks
  readonly postOnly?: boolean
  readonly selfTradePrevention?: SelfTradePrevention
  /** Of GTD orders only. */
  readonly expiresAtMs?: number
}

export interface CancelOrder extends CommandBase {
  readonly kind: 'CancelOrder'
  readonly account: string
  readonly orderId: string
}

/** Cancels every open order of the account in the symbol. */
export interface CancelAllOrders extends CommandBase {
  readonly kind: 'CancelAllOrders'
  readonly account: string
}

/** At least one of price and quantity; quantity is the new total, filled lots included. */
export interface AmendOrder extends CommandBase {
  readonly kind: 'AmendOrder'
  readonly account: string
  readonly orderId: string
  readonly price?: Ticks
  readonly quantity?: Lots
}

export interface HaltTrading extends CommandBase {
  readonly kind: 'HaltTrading'
}

export interface ResumeTrading extends CommandBase {
  readonly kind: 'ResumeTrading'
}

/** A bound that is absent is lifted. */
export interface SetPriceBand extends CommandBase {
  readonly kind: 'SetPriceBand'
  readonly low?: Ticks
  readonly high?: Ticks
}

/** Does nothing but let the time of the stream reach the book, so that orders expire in a quiet market. */
export interface AdvanceTime extends CommandBase {
  readonly kind: 'AdvanceTime'
}

export type Command =
  | PlaceOrder
  | CancelOrder
  | CancelAllOrders
  | AmendOrder
  | HaltTrading
  | ResumeTrading
  | SetPriceBand
  | AdvanceTime

export const COMMAND_KINDS = [
  'PlaceOrder',
  'CancelOrder',
  'CancelAllOrders',
  'AmendOrder',
  'HaltTrading',
  'ResumeTrading',
  'SetPriceBand',
  'AdvanceTime',
] as const satisfies readonly Command['kind'][]
