/** Checks that a running exchange has every acknowledged order, and that its quantities add up. */

import type { Api } from './api.ts'
import { expectStatus, type Journal, SYMBOLS } from './order-load.ts'

interface OrderRow {
  readonly orderId: string
  readonly symbol: string
  readonly side: 'BUY' | 'SELL'
  readonly type: string
  readonly timeInForce: string
  readonly price: string | null
  readonly quantity: string
  readonly filledQuantity: string
  readonly remainingQuantity: string
  readonly status: string
}

const CLOSED = ['FILLED', 'CANCELED', 'EXPIRED', 'REJECTED']

/** All orders of the account. Fails if one is listed twice. */
export async function allOrders(api: Api): Promise<Map<string, OrderRow>> {
  const orders = new Map<string, OrderRow>()
  for (let cursor = ''; ; ) {
    const { status, body } = await api.get(`/orders?limit=1000${cursor}`)
    if (status !== 200) throw new Error(`the list of orders got ${status} ${JSON.stringify(body)}`)
    for (const order of body.orders as OrderRow[]) {
      if (orders.has(order.orderId)) throw new Error(`${order.orderId} is listed twice`)
      orders.set(order.orderId, order)
    }
    if (body.nextCursor === null) return orders
    cursor = `&cursor=${body.nextCursor}`
  }
}

/** The acknowledged orders that do not exist. */
export const lostOrders = ({ entries }: Journal, orders: ReadonlyMap<string, OrderRow>): string[] =>
  [...entries.values()]
    .filter((one) => one.acknowledged && !orders.has(one.order.orderId))
    .map((one) => one.order.orderId)

/** Every acknowledged order exists with the fields that were sent, and an order with an acknowledged cancel is closed. */
export function checkJournal(journal: Journal, orders: ReadonlyMap<string, OrderRow>): void {
  const lost = lostOrders(journal, orders)
  if (lost.length > 0) throw new Error(`${lost[0]} was acknowledged and is lost`)
  for (const { order, cancelAcknowledged, prices, quantities } of journal.entries.values()) {
    const found = orders.get(order.orderId)
    if (found === undefined) continue
    const sent = { symbol: order.symbol, side: order.side, type: order.type ?? 'LIMIT' }
    if (
      found.symbol !== sent.symbol ||
      found.side !== sent.side ||
      found.type !== sent.type ||
      !quantities.has(found.quantity) ||
      (found.price !== null && !prices.has(found.price))
    ) {
      throw new Error(`sent ${JSON.stringify(order)}, found ${JSON.stringify(found)}`)
    }
    if (cancelAcknowledged && !CLOSED.includes(found.status)) {
      throw new Error(`${order.orderId} is ${found.status} after an acknowledged cancel`)
    }
  }
  for (const orderId of orders.keys()) journal.at(orderId)
}

/** Sends every order without an answer again, as a client should. Then all orders are acknowledged. */
export async function sendAgain(api: Api, journal: Journal): Promise<void> {
  const unanswered = [...journal.entries.values()].filter(({ acknowledged }) => !acknowledged)
  for (const { order } of unanswered) {
    expectStatus(await api.post('/orders', order), [200, 202])
    journal.acknowledge(order.orderId)
  }
}

/** Bought = sold = traded; filled + remaining = quantity; the numbers of trades have no gaps. */
export async function checkBalance(
  api: Api,
  orders: ReadonlyMap<string, OrderRow>,
  symbols: readonly string[] = SYMBOLS,
): Promise<void> {
  for (const symbol of symbols) {
    const filled = { BUY: 0, SELL: 0 }
    for (const order of orders.values()) {
      if (order.symbol !== symbol) continue
      const closed = !['NEW', 'PARTIALLY_FILLED'].includes(order.status)
      const rest = Number(order.quantity) - Number(order.filledQuantity)
      if (Number(order.remainingQuantity) !== (closed ? 0 : rest)) {
        throw new Error(`quantities do not add up: ${JSON.stringify(order)}`)
      }
      filled[order.side] += Number(order.filledQuantity)
    }
    let traded = 0
    let expected: number | undefined
    for (let cursor = ''; ; ) {
      const { body } = await api.get(`/trades/${symbol}?limit=1000${cursor}`)
      for (const trade of body.trades) {
        expected ??= Number(trade.tradeId.slice(symbol.length + 1))
        if (trade.tradeId !== `${symbol}-${expected}`)
          throw new Error(`${symbol}-${expected} is missing: ${trade.tradeId}`)
        expected--
        traded += Number(trade.quantity)
      }
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    if ((expected ?? 0) !== 0) throw new Error(`${symbol}-${expected} is missing: the list of trades is too short`)
    if (filled.BUY !== traded || filled.SELL !== traded) {
      throw new Error(`${symbol}: ${traded} was traded, ${JSON.stringify(filled)} was filled`)
    }
  }
}

/** The fills of each order add up to its filled quantity. */
export async function checkFills(api: Api, orderIds: readonly string[]): Promise<void> {
  for (const orderId of orderIds) {
    const { body } = await api.get(`/orders/${orderId}`)
    const sum = body.fills.reduce((total: number, fill: { quantity: string }) => total + Number(fill.quantity), 0)
    if (sum !== Number(body.filledQuantity))
      throw new Error(`the fills of ${orderId} are ${sum}: ${JSON.stringify(body)}`)
  }
}
