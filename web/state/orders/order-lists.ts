/** Lists of own orders and fills: filters, merges of pages with live events, and what is open at each price. */

import type { Order, OrderUpdate } from '../../../src/client/client.ts'
import { ECHO_FIELDS } from '../../../src/protocol/order/echo-fields.ts'
import { type EchoFields, requestNameOf } from '../../../src/protocol/order/order-fields.ts'
import type { Side } from '../../../src/protocol/order/order-words.ts'
import { formatBigSteps, type Step } from '../../../src/protocol/units.ts'
import { floorSteps } from '../text/steps.ts'

/** What a fill repeats of its order. */
type FillEcho = { readonly [N in keyof EchoFields]?: EchoFields[N] | null }

/** As `GET /fills` has it. */
export interface OwnFill extends FillEcho {
  readonly tradeId: string
  readonly orderId: string
  readonly symbol: string
  readonly side: Side
  readonly price: string
  readonly quantity: string
  readonly liquidity: 'MAKER' | 'TAKER'
  readonly timestamp: string
  readonly sequence: number
}

export interface OrderFilter {
  /** '' stands for all. */
  readonly symbol: string
  readonly side: '' | Side
}

export const NO_FILTER: OrderFilter = { symbol: '', side: '' }

export const matches = (
  { symbol, side }: OrderFilter,
  row: { readonly symbol: string; readonly side: Side },
): boolean => (symbol === '' || row.symbol === symbol) && (side === '' || row.side === side)

const newestFirst = (a: Order, b: Order): number =>
  a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : a.orderId < b.orderId ? -1 : 1

export const sortedOrders = (orders: Iterable<Order>): readonly Order[] => [...orders].sort(newestFirst)

export interface OwnPrices {
  /** By price as text: what is open there. */
  readonly bids: ReadonlyMap<string, string>
  readonly asks: ReadonlyMap<string, string>
}

export const NO_PRICES: OwnPrices = { bids: new Map(), asks: new Map() }

/** What the account has open at each price of an instrument, exactly. */
export function pricesOf(orders: readonly Order[], symbol: string, lot: Step): OwnPrices {
  const sums = { BUY: new Map<string, bigint>(), SELL: new Map<string, bigint>() }
  for (const order of orders) {
    if (order.symbol !== symbol || order.price === null) continue
    const side = sums[order.side]
    side.set(order.price, (side.get(order.price) ?? 0n) + (floorSteps(order.remainingQuantity, lot)?.steps ?? 0n))
  }
  const texts = (side: ReadonlyMap<string, bigint>): ReadonlyMap<string, string> =>
    new Map([...side].map(([price, lots]) => [price, formatBigSteps(lots, lot)]))
  return { bids: texts(sums.BUY), asks: texts(sums.SELL) }
}

/** The fill in a message of the orders feed; undefined if it is another event. */
export function fillOf({ event, order }: OrderUpdate): OwnFill | undefined {
  if (event.type !== 'TRADE' || order === null) return undefined
  const { tradeId, orderId, symbol, price, quantity, liquidity, timestamp, sequence } = event
  return {
    tradeId,
    orderId,
    symbol,
    side: order.side,
    price,
    quantity,
    liquidity,
    ...echoOf(order),
    timestamp,
    sequence,
  }
}

/** By their names in requests, which `GET /fills` uses too. */
export const ECHO_NAMES: readonly string[] = ECHO_FIELDS.map(requestNameOf)

const echoOf = (order: Order): FillEcho =>
  Object.fromEntries(ECHO_NAMES.map((name) => [name, order[name as keyof Order]]))

/** A trade between two own orders is two fills. */
const fillKey = ({ tradeId, orderId }: OwnFill): string => `${tradeId} ${orderId}`

const newestFill = (a: OwnFill, b: OwnFill): number =>
  a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : b.sequence - a.sequence

/** Each fill once, newest first, at most `max`. */
export function mergeFills(known: readonly OwnFill[], more: readonly OwnFill[], max: number): readonly OwnFill[] {
  if (more.length === 0) return known
  const byKey = new Map([...known, ...more].map((fill) => [fillKey(fill), fill]))
  return [...byKey.values()].sort(newestFill).slice(0, max)
}

/** Each order once, in its newest state, newest first, at most `max`. */
export function mergeOrders(known: readonly Order[], more: readonly Order[], max: number): readonly Order[] {
  if (more.length === 0) return known
  const byId = new Map(known.map((order) => [order.orderId, order]))
  for (const order of more) {
    const before = byId.get(order.orderId)
    if (before === undefined || before.sequence <= order.sequence) byId.set(order.orderId, order)
  }
  return sortedOrders(byId.values()).slice(0, max)
}
