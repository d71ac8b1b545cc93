/** The orders of the account: those that are open, what they have traded, and those that have ended. */

import './orders.css'
import './orders-table.css'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { type OrderTab, ordersFocus, orderTab } from '../../state/orders/order-view.ts'
import { openOrders, ordersComplete, ordersFreshness } from '../../state/orders/own-orders.ts'
import { dialog } from '../../state/page/layout.ts'
import { access } from '../../state/session/session.ts'
import { PanelFrame } from '../frame/panel-frame.tsx'
import { FillList } from './fill-list.tsx'
import { Filters } from './filters.tsx'
import { HistoryList } from './history-list.tsx'
import { OpenActions, OpenList } from './open-list.tsx'

const LISTS: Readonly<Record<OrderTab, () => preact.JSX.Element>> = {
  open: OpenList,
  fills: FillList,
  history: HistoryList,
}

export function Orders() {
  const isSignedOut = access.value === 'no-key'
  const List = LISTS[orderTab.value]
  return (
    <PanelFrame
      title="Orders"
      freshness={isSignedOut ? 'live' : ordersFreshness.value}
      empty={isSignedOut ? 'Your orders and fills need an API key of this exchange.' : undefined}
      emptyAction={<SignInAction />}
      actions={isSignedOut ? undefined : <Head />}
      fixed
    >
      <div class="orders" id="orders-list" role="tabpanel" aria-labelledby={`orders-tab-${orderTab.value}`}>
        <div class="orders-narrow">
          <Filters />
        </div>
        <List />
      </div>
    </PanelFrame>
  )
}

function SignInAction() {
  return (
    <button
      type="button"
      class="outlined"
      onClick={() => {
        dialog.value = 'sign-in'
      }}
    >
      Sign in
    </button>
  )
}

function Head() {
  return (
    <div class="orders-head">
      <Tabs />
      <div class="orders-wide">
        <Filters />
      </div>
      {orderTab.value === 'open' && <OpenActions />}
    </div>
  )
}

const TABS: readonly (readonly [name: OrderTab, text: string])[] = [
  ['open', 'Open'],
  ['fills', 'Fills'],
  ['history', 'History'],
]

function Tabs() {
  const chosen = useRef<HTMLButtonElement>(null)
  const asked = ordersFocus.value
  useLayoutEffect(() => {
    if (asked > 0) chosen.current?.focus()
  }, [asked])
  return (
    <div class="orders-tabs" role="tablist" aria-label="Own orders" onKeyDown={moveTab}>
      {TABS.map(([name, text]) => {
        const isChosen = orderTab.value === name
        return (
          <button
            key={name}
            ref={isChosen ? chosen : null}
            type="button"
            class="plain"
            role="tab"
            id={`orders-tab-${name}`}
            aria-controls="orders-list"
            aria-selected={isChosen}
            tabIndex={isChosen ? 0 : -1}
            onClick={() => {
              orderTab.value = name
            }}
          >
            {text}
            {name === 'open' && <OpenCount />}
          </button>
        )
      })}
    </div>
  )
}

function OpenCount() {
  return (
    <span class="orders-count">
      {' '}
      {openOrders.value.length}
      {!ordersComplete.value && '+'}
    </span>
  )
}

/** Left and right go from tab to tab, as in each list of tabs. */
function moveTab(event: KeyboardEvent): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (by === 0) return
  event.preventDefault()
  const at = TABS.findIndex(([name]) => name === orderTab.peek())
  const [next] = TABS[(at + by + TABS.length) % TABS.length]
  orderTab.value = next
  document.getElementById(`orders-tab-${next}`)?.focus()
}
