/** Starts what concerns the orders of the account: the ticket, own orders, their lists, and the keys. */

import { effect } from '@preact/signals'
import { startHotkeys } from './hotkeys.ts'
import { fills, showFills } from './orders/fills.ts'
import { orderHistory, showHistory } from './orders/history.ts'
import { historyStatus, orderFilter, orderTab } from './orders/order-view.ts'
import { startOwnOrders } from './orders/own-orders.ts'
import { linkState } from './session/connection.ts'
import { client, maySend } from './session/session.ts'
import { startDraft } from './ticket/draft.ts'
import { startSending } from './ticket/send-order.ts'

export function startTrading(): void {
  startDraft()
  startSending()
  startOwnOrders()
  startHotkeys(document)
  effect(() => {
    // The rows of another account must not stay.
    void client.value
    fills.reset()
    orderHistory.reset()
  })
  effect(() => {
    // Read when shown, after a change of the filter, and after each reconnection.
    if (!maySend.value || client.value === undefined || linkState.value !== 'live') return
    const { symbol } = orderFilter.value
    if (orderTab.value === 'fills') showFills(symbol)
    if (orderTab.value === 'history') showHistory(symbol, historyStatus.value)
  })
}
