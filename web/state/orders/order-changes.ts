/**
 * Cancels and amendments of own orders. A cancel can be sent twice without harm, so the client sends it as soon as
 * there is a connection. An amendment and a cancel of all orders are not sent again: they could undo something later.
 */

import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { Amendment, Order } from '../../../src/client/client.ts'
import { instruments } from '../market/instruments.ts'
import { notify } from '../page/notices.ts'
import { linkState } from '../session/connection.ts'
import { exchange, maySend } from '../session/session.ts'
import { groupThousands } from '../text/format.ts'
import { type Said, sentenceOf } from '../text/words.ts'
import { matches, NO_FILTER, type OrderFilter } from './order-lists.ts'
import { openOrders, ordersComplete } from './own-orders.ts'

const WAIT_SECONDS = 3

const changing = signal<ReadonlySet<string>>(new Set())
const failures = signal<ReadonlyMap<string, string>>(new Map())

/** Order ids whose cancel or amendment has no answer yet. */
export const ordersChanging: ReadonlySignal<ReadonlySet<string>> = changing
/** What went wrong with an order, until it is tried again. */
export const orderFailures: ReadonlySignal<ReadonlyMap<string, string>> = failures

/** The question before all orders are canceled. */
export interface CancelQuestion {
  readonly filter: OrderFilter
  readonly orders: number
}
const cancelQuestion = signal<CancelQuestion | undefined>(undefined)
export const cancelAllQuestion: ReadonlySignal<CancelQuestion | undefined> = cancelQuestion

function begin(orderId: string): void {
  batch(() => {
    changing.value = new Set([...changing.peek(), orderId])
    noteFailure(orderId, undefined)
  })
}

function end(orderId: string, failure: string | undefined): void {
  batch(() => {
    const others = new Set(changing.peek())
    others.delete(orderId)
    changing.value = others
    noteFailure(orderId, failure)
  })
}

/** Only open orders keep a failure, so the map cannot grow. */
function noteFailure(orderId: string, failure: string | undefined): void {
  const open = new Set(openOrders.peek().map((order) => order.orderId))
  const next = new Map([...failures.peek()].filter(([id]) => id !== orderId && open.has(id)))
  if (failure !== undefined) next.set(orderId, failure)
  if (next.size > 0 || failures.peek().size > 0) failures.value = next
}

const orderText = ({ side, remainingQuantity, symbol, price }: Order): string =>
  `${side === 'BUY' ? 'buy' : 'sell'} ${groupThousands(remainingQuantity)} ${symbol}${price === null ? '' : ` at ${groupThousands(price)}`}`

/** Cancels one order. The row shows that it is under way, and what went wrong. */
export async function cancelOrder(orderId: string): Promise<void> {
  if (changing.peek().has(orderId)) return
  const order = openOrders.peek().find((each) => each.orderId === orderId)
  begin(orderId)
  try {
    await exchange().cancel(orderId, { wait: WAIT_SECONDS })
    end(orderId, undefined)
    if (order !== undefined) notify('done', `Canceled: ${orderText(order)}.`)
  } catch (cause) {
    const { text } = sentenceOf(cause, order && instruments.peek().get(order.symbol))
    end(orderId, text)
    notify('error', `Not canceled${order === undefined ? '' : ` (${orderText(order)})`}: ${text}`)
  }
}

/** Amends price, quantity or both. undefined: it is done; or what was wrong, and with which field. */
export async function amendOrder(orderId: string, amendment: Amendment): Promise<Said | undefined> {
  const order = openOrders.peek().find((each) => each.orderId === orderId)
  if (linkState.peek() !== 'live') return { text: 'Not sent: connection lost. Try again when it is back.' }
  begin(orderId)
  try {
    await exchange().amend(orderId, amendment, { wait: WAIT_SECONDS })
    return undefined
  } catch (cause) {
    return sentenceOf(cause, order && instruments.peek().get(order.symbol))
  } finally {
    end(orderId, undefined)
  }
}

/** Cancels the newest open order. */
export function cancelLast(): void {
  const last = openOrders.peek().find(({ orderId }) => !changing.peek().has(orderId))
  if (last !== undefined) void cancelOrder(last.orderId)
  else notify('done', maySend.peek() ? 'No order is open.' : 'Sign in to see your orders.')
}

/** Asks before all open orders that pass a filter are canceled. */
export function askCancelAll(filter: OrderFilter = NO_FILTER): void {
  const orders = openOrders.peek().filter((order) => matches(filter, order)).length
  if (orders === 0 && ordersComplete.peek())
    notify('done', maySend.peek() ? 'No such order is open.' : 'Sign in to see your orders.')
  else cancelQuestion.value = { filter, orders }
}

/** `3 open buy orders of BTCUSD`. */
export function cancelAllWords({ filter: { symbol, side }, orders }: CancelQuestion): string {
  // The exchange cancels those that are not listed too; by side, the screen cancels those that it lists.
  const least = side === '' && !ordersComplete.peek() ? 'at least ' : ''
  const what = `${least}${orders} open ${side === '' ? '' : `${side.toLowerCase()} `}${orders === 1 ? 'order' : 'orders'}`
  return `This cancels ${what} ${symbol === '' ? 'of all symbols' : `of ${symbol}`}.`
}

export function answerCancelAll(cancels: boolean): void {
  const question = cancelQuestion.peek()
  cancelQuestion.value = undefined
  if (cancels && question !== undefined) void cancelAll(question)
}

async function cancelAll({ filter, orders }: CancelQuestion): Promise<void> {
  if (linkState.peek() !== 'live') {
    notify('error', 'Not sent: connection lost. Cancel again when it is back.')
    return
  }
  if (filter.side !== '') return cancelEach(openOrders.peek().filter((order) => matches(filter, order)))
  try {
    const { result } = await exchange().cancelAll(filter.symbol === '' ? undefined : filter.symbol, {
      wait: WAIT_SECONDS,
    })
    const { canceled } = result
    if (typeof canceled === 'number') notify('done', canceledWords(canceled, orders))
    else notify('done', 'Cancel all: accepted, not applied yet.')
  } catch (cause) {
    notify('error', `Not all canceled: ${sentenceOf(cause).text}`)
  }
}

/** The exchange cancels by symbol, not by side. */
async function cancelEach(orders: readonly Order[]): Promise<void> {
  const results = await Promise.allSettled(
    orders.map(({ orderId }) => exchange().cancel(orderId, { wait: WAIT_SECONDS })),
  )
  const canceled = results.filter(({ status }) => status === 'fulfilled').length
  const words = canceledWords(canceled, orders.length)
  const more = ordersComplete.peek() ? '' : ' The account has more open orders: cancel again.'
  notify(canceled === orders.length ? 'done' : 'error', `${words}${more}`)
}

/** More orders than were asked about may have been placed meanwhile. */
const canceledWords = (canceled: number, asked: number): string =>
  `Canceled ${canceled} of ${Math.max(asked, canceled)} ${Math.max(asked, canceled) === 1 ? 'order' : 'orders'}.`
