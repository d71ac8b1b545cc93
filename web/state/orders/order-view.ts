/** What the panel of own orders shows: its tab and its filters. */

import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { tab } from '../page/layout.ts'
import { NO_FILTER, type OrderFilter } from './order-lists.ts'

export type OrderTab = 'open' | 'fills' | 'history'

export const orderTab = signal<OrderTab>('open')
export const orderFilter = signal<OrderFilter>(NO_FILTER)
/** A status of closed orders; '' stands for all. */
export const historyStatus = signal('')

const wanted = signal(0)
/** Each change asks for the focus. */
export const ordersFocus: ReadonlySignal<number> = wanted

export function showOrders(name: OrderTab): void {
  batch(() => {
    orderTab.value = name
    tab.value = 'orders'
    wanted.value++
  })
}
