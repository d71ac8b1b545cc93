/**
 * From the body of an order request to a PlaceOrder command. Used for every order that enters by
 * HTTP, alone or in a batch, and for orders replayed from a file. It refuses what needs no book to
 * be refused, in the precedence of problems.ts; nothing is filled in but the documented defaults.
 */

import type * as z from 'zod'
import type { PlaceOrder } from '../protocol/commands.ts'
import type { Instrument } from '../protocol/instrument.ts'
import type { OrderType, TimeInForce } from '../protocol/order-words.ts'
import { priceOf, quantityOf } from './decimals.ts'
import { Problem } from './problems.ts'
import { placeOrderBody } from './request-schemas.ts'
import { isLongNumber, shapeProblem } from './shape.ts'
import { parseTimestamp } from './timestamps.ts'
import { unknownSymbol } from './unknown-symbol.ts'

export interface OrderContext {
  readonly instruments: ReadonlyMap<string, Instrument>
  readonly account: string
  readonly nowMs: number
  /** Called only for an order without an id. */
  newOrderId(): string
  readonly requestId?: string | undefined
}

/** The command for a parsed body with the fields of `POST /orders`, or why there is none. */
export function placeOrderOf(body: unknown, context: OrderContext): PlaceOrder | Problem {
  const shape = placeOrderBody.safeParse(body)
  if (!shape.success) return shapeProblem(shape.error, body)
  const asked = shape.data
  const { type = 'LIMIT' } = asked
  const { timeInForce = type === 'MARKET' ? 'IOC' : 'GTC' } = asked
  const instrument = context.instruments.get(asked.symbol)
  if (instrument === undefined) {
    return isLongNumber(asked.symbol)
      ? new Problem('wrong_type', 'symbol must be a string.', 'symbol')
      : unknownSymbol(asked.symbol, context.instruments)
  }
  const expiresAtMs = asked.expiresAt === undefined ? undefined : parseTimestamp(asked.expiresAt)
  if (asked.expiresAt !== undefined && expiresAtMs === undefined) return badTimestamp(asked.expiresAt)
  const forbidden = forbiddenCombination(asked, type, timeInForce)
  if (forbidden !== undefined) return forbidden
  const quantity = quantityOf(asked.quantity, instrument)
  if (quantity instanceof Problem) return quantity
  const price = asked.price === undefined ? undefined : priceOf(asked.price, instrument)
  if (price instanceof Problem) return price
  if (expiresAtMs !== undefined && expiresAtMs <= context.nowMs) {
    return new Problem('expires_at_not_in_future', 'expiresAt has passed.', 'expiresAt')
  }
  const order: { -readonly [K in keyof PlaceOrder]: PlaceOrder[K] } = {
    kind: 'PlaceOrder',
    symbol: instrument.symbol,
    account: context.account,
    orderId: asked.orderId ?? context.newOrderId(),
    side: asked.side,
    type,
    timeInForce,
    quantity,
  }
  if (price !== undefined) order.price = price
  if (asked.postOnly === true) order.postOnly = true
  if (asked.selfTradePrevention !== undefined) order.selfTradePrevention = asked.selfTradePrevention
  if (expiresAtMs !== undefined) order.expiresAtMs = expiresAtMs
  if (context.requestId !== undefined) order.requestId = context.requestId
  return order
}

type Asked = z.infer<typeof placeOrderBody>

function forbiddenCombination(asked: Asked, type: OrderType, timeInForce: TimeInForce): Problem | undefined {
  const mayRest = timeInForce === 'GTC' || timeInForce === 'GTD'
  if (type === 'MARKET' && mayRest) {
    return new Problem('time_in_force_not_allowed', 'A market order is IOC or FOK.', 'timeInForce')
  }
  if (type === 'LIMIT' && asked.price === undefined) {
    return new Problem('price_required', 'A limit order needs a price.', 'price')
  }
  if (type === 'MARKET' && asked.price !== undefined) {
    return new Problem('price_not_allowed', 'A market order has no price.', 'price')
  }
  if (asked.postOnly === true && !mayRest) {
    return new Problem('post_only_not_allowed', 'A post-only order is GTC or GTD.', 'postOnly')
  }
  if (timeInForce === 'GTD' && asked.expiresAt === undefined) {
    return new Problem('expires_at_required', 'A GTD order needs expiresAt.', 'expiresAt')
  }
  if (timeInForce !== 'GTD' && asked.expiresAt !== undefined) {
    return new Problem('expires_at_not_allowed', 'Only a GTD order has expiresAt.', 'expiresAt')
  }
  return undefined
}

function badTimestamp(text: string): Problem {
  if (isLongNumber(text)) return new Problem('wrong_type', 'expiresAt must be a string.', 'expiresAt')
  const detail = 'expiresAt must be RFC 3339 of at most milliseconds, such as 2030-01-31T12:00:00Z.'
  return new Problem('expires_at_not_a_timestamp', detail, 'expiresAt')
}
