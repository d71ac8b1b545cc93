/** Does what the keys of the hotkey table say, while hotkeys are on and no dialog is open. */

import { INTERVALS } from '../../src/protocol/candle-interval.ts'
import { type HotkeyAction, hotkeyOf, type KeyTarget } from './hotkey-table.ts'
import { askCancelAll, cancelAllQuestion, cancelLast } from './orders/order-changes.ts'
import { showOrders } from './orders/order-view.ts'
import { dialog } from './page/layout.ts'
import { goToTrading } from './page/route.ts'
import { hotkeysOn, interval } from './page/settings.ts'
import { focusField, focusTicket } from './ticket/draft.ts'
import { question } from './ticket/send-order.ts'

/** Everything but dialogs is on the trading page. */
const ON_ANY_PAGE: ReadonlySet<HotkeyAction> = new Set(['cancelLast', 'cancelAll', 'search', 'keys'])

const ACTIONS: Readonly<Partial<Record<HotkeyAction, () => void>>> = {
  buy: () => focusTicket('BUY'),
  sell: () => focusTicket('SELL'),
  price: () => focusField('price'),
  quantity: () => focusField('quantity'),
  cancelLast,
  cancelAll: () => askCancelAll(),
  orders: () => showOrders('open'),
  search: () => {
    dialog.value = 'switcher'
  },
  keys: () => {
    dialog.value = 'keys'
  },
}

export function runHotkey(action: HotkeyAction): void {
  if (!ON_ANY_PAGE.has(action)) goToTrading()
  const length = INTERVALS.find((each) => action === `interval ${each}`)
  if (length !== undefined) interval.value = length
  else ACTIONS[action]?.()
}

/** The state knows of a dialog a moment before the page shows it; and a panel may have one that is not named here. */
const isDialogOpen = (page: Document): boolean =>
  dialog.peek() !== undefined ||
  question.peek() !== undefined ||
  cancelAllQuestion.peek() !== undefined ||
  page.querySelector('dialog[open]') !== null

/** Listens to keys. Escape in a text field leaves it; a dialog closes by itself. */
export function startHotkeys(target: Document): void {
  target.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isDialogOpen(target)) return
    const focused = (event.target ?? {}) as KeyTarget & { blur?: () => void }
    if (event.key === 'Escape') focused.blur?.()
    else if (hotkeysOn.peek()) {
      const row = hotkeyOf(event, focused)
      if (row === undefined) return
      // Firefox would search the page on `/`, and a focused field would receive the character.
      event.preventDefault()
      runHotkey(row.action)
    }
  })
}
