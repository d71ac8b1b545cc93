/**
 * The open orders of the account, live. Nobody else's orders are ever here: the exchange sends the orders of the key
 * of the connection only. They change at most once an animation frame.
 */

import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { ExchangeClient, Order, OrdersChange, OrderUpdate } from '../../../src/client/client.ts'
import { FrameBatch } from '../../feed/frame-batch.ts'
import { instrument } from '../market/instruments.ts'
import type { Freshness } from '../market/market.ts'
import { notify } from '../page/notices.ts'
import { client, maySend } from '../session/session.ts'
import { noteFills } from './fills.ts'
import { noteClosed } from './history.ts'
import { fillOf, NO_PRICES, type OwnPrices, pricesOf, sortedOrders } from './order-lists.ts'
import { noticesOf } from './order-notices.ts'

export type { Order } from '../../../src/client/client.ts'
export type { OwnPrices } from './order-lists.ts'

/** Updates that wait for a frame; in a hidden tab no frame comes, and the oldest are given up. */
const WAITING_MAX = 2_000

const orders = signal<readonly Order[]>([])
const freshness = signal<Freshness>('loading')
const isComplete = signal(true)

export const openOrders: ReadonlySignal<readonly Order[]> = orders
export const ordersFreshness: ReadonlySignal<Freshness> = freshness
/** false: the account has more open orders than the feed lists. */
export const ordersComplete: ReadonlySignal<boolean> = isComplete

/** Of the symbol on the screen. */
export const ownPrices: ReadonlySignal<OwnPrices> = computed(() => {
  const present = instrument.value
  return present === undefined ? NO_PRICES : pricesOf(orders.value, present.symbol, present.lot)
})

/** Follows the orders of the present client, as soon as it may have any. */
export function startOwnOrders(): void {
  effect(() => {
    const present = client.value
    reset()
    if (present === undefined || !maySend.value) return
    return follow(present)
  })
}

function reset(): void {
  batch(() => {
    orders.value = []
    freshness.value = 'loading'
    isComplete.value = true
  })
}

function follow(present: ExchangeClient): () => void {
  const feed = present.orders()
  let waiting: OrderUpdate[] = []
  const frames = new FrameBatch<'orders'>(() => {
    const updates = waiting
    waiting = []
    batch(() => {
      if (feed.isCurrent) orders.value = sortedOrders(feed.open.values())
      if (feed.isCurrent || freshness.peek() === 'live') freshness.value = feed.isCurrent ? 'live' : 'stale'
      isComplete.value = feed.isComplete
      tell(updates)
    })
  })
  const take = (change: OrdersChange): void => {
    if (change.type === 'update') waiting.push(change)
    if (waiting.length > WAITING_MAX) waiting = waiting.slice(-WAITING_MAX / 2)
    frames.mark('orders')
  }
  const endChanges = feed.onChange(take)
  const endState = present.onState(() => frames.mark('orders'))
  // The session may have followed the orders before, so that no change tells what there is.
  frames.mark('orders')
  feed.ready().catch(() => frames.mark('orders'))
  return () => {
    endChanges()
    endState()
    frames.clear()
  }
}

/** Fills, closed orders and what the user should hear of. */
function tell(updates: readonly OrderUpdate[]): void {
  if (updates.length === 0) return
  noteFills(updates.map(fillOf).filter((fill) => fill !== undefined))
  noteClosed(updates.map(({ order }) => order).filter((order) => order !== null))
  for (const { kind, text } of noticesOf(updates, instrument.peek())) notify(kind, text)
}
