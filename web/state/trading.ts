/** Starts what concerns the orders of the account: the ticket, own orders, their lists, and the keys. */

import { effect } from '@preact/signals'
import { linkState } from './connection.ts'
import { startDraft } from './draft.ts'
import { fills, showFills } from './fills.ts'
import { orderHistory, showHistory } from './history.ts'
import { startHotkeys } from './hotkeys.ts'
import { historyStatus, orderFilter, orderTab } from './order-view.ts'
import { startOwnOrders } from './own-orders.ts'
import { startSending } from './send-order.ts'
import { client, maySend } from './session.ts'

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
