/** The orders of the account that are open. */

import { type ReadonlySignal, signal } from '@preact/signals'
import type { Order } from '../../src/client/messages.ts'
import type { Freshness } from './market.ts'

export interface OwnPrices {
  /** By price as text: what is open there. */
  readonly bids: ReadonlyMap<string, string>
  readonly asks: ReadonlyMap<string, string>
}

const orders = signal<readonly Order[]>([])
const freshness = signal<Freshness>('loading')
const prices = signal<OwnPrices>({ bids: new Map(), asks: new Map() })

export const openOrders: ReadonlySignal<readonly Order[]> = orders
export const ordersFreshness: ReadonlySignal<Freshness> = freshness
/** Of the symbol on the screen. */
export const ownPrices: ReadonlySignal<OwnPrices> = prices
