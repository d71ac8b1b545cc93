/** The open orders: price and quantity are amended in place, each order is canceled by its button. */

import { signal } from '@preact/signals'
import { askCancelAll } from '../../state/orders/order-changes.ts'
import { download, ordersCsv } from '../../state/orders/order-csv.ts'
import { matches } from '../../state/orders/order-lists.ts'
import { orderFilter } from '../../state/orders/order-view.ts'
import { openOrders, ordersComplete } from '../../state/orders/own-orders.ts'
import { OpenRow } from './open-row.tsx'

/** Rows that are laid out at first; a button shows as many more. */
const ROWS_AT_ONCE = 200
const shownRows = signal(ROWS_AT_ONCE)

const MORE = 'The account has more open orders. The newest are shown.'

const filtered = () => openOrders.value.filter((order) => matches(orderFilter.value, order))

export function OpenActions() {
  const rows = filtered()
  return (
    <div class="orders-actions">
      <button
        type="button"
        class="plain"
        disabled={rows.length === 0}
        title="Download these orders as CSV"
        onClick={() => download('open-orders', ordersCsv(rows))}
      >
        CSV
      </button>
      <button
        type="button"
        class="plain danger"
        disabled={openOrders.value.length === 0 && ordersComplete.value}
        onClick={() => askCancelAll(orderFilter.peek())}
      >
        Cancel all
      </button>
    </div>
  )
}

export function OpenList() {
  const rows = filtered()
  if (rows.length === 0) {
    const isFiltered = openOrders.value.length > 0
    return (
      <p class="orders-empty">
        {isFiltered ? 'No open order matches the filter.' : 'No open orders. Place one in the ticket.'}
        {!ordersComplete.value && ` ${MORE}`}
      </p>
    )
  }
  return (
    <div class="orders-scroll">
      <table class="orders-table orders-open">
        <thead>
          <tr>
            <th scope="col" class="c-time">
              Time
            </th>
            <th scope="col" class="c-symbol">
              Symbol
            </th>
            <th scope="col" class="c-side">
              Side
            </th>
            <th scope="col" class="num c-price">
              Price
            </th>
            <th scope="col" class="num c-quantity">
              Quantity
            </th>
            <th scope="col" class="num c-quantity wide">
              Filled
            </th>
            <th scope="col" class="num c-quantity wider">
              Remaining
            </th>
            <th scope="col" class="wide">
              Terms
            </th>
            <th scope="col" class="c-actions">
              <span class="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownRows.value).map((order) => (
            <OpenRow key={order.orderId} order={order} />
          ))}
        </tbody>
      </table>
      {rows.length > shownRows.value && (
        <button
          type="button"
          class="plain orders-more"
          onClick={() => {
            shownRows.value += ROWS_AT_ONCE
          }}
        >
          Show more ({rows.length - shownRows.value})
        </button>
      )}
      {!ordersComplete.value && <p class="orders-note">{MORE}</p>}
    </div>
  )
}
