/** What of the trading page is in view where there is no room for all of it. */

import { signal } from '@preact/signals'

export type Tab = 'chart' | 'book' | 'ticket' | 'orders'

/** The tab of a narrow screen. */
export const tab = signal<Tab>('chart')
/** Whether the ticket is open where it is a drawer. */
export const ticketOpen = signal(false)
/** The dialog that is open; there is one at most. */
export const dialog = signal<'settings' | 'sign-in' | 'switcher' | 'keys' | 'connection' | undefined>(undefined)

/** Brings the ticket into view, wherever the layout has it. */
export function showTicket(): void {
  tab.value = 'ticket'
  ticketOpen.value = true
}
