/** The orders of the account in their last state, newest first. */

import { orderHistory, showHistory } from '../../state/orders/history.ts'
import { ordersCsv } from '../../state/orders/order-csv.ts'
import { matches } from '../../state/orders/order-lists.ts'
import { historyStatus, orderFilter } from '../../state/orders/order-view.ts'
import type { Order } from '../../state/orders/own-orders.ts'
import { lowerFirst, reasonWords, statusWord, termsWords } from '../../state/text/words.ts'
import { Num, SideCell, Time } from './cells.tsx'
import { PagedTable } from './paged-table.tsx'

export function HistoryList() {
  const filter = orderFilter.value
  return (
    <PagedTable
      list={orderHistory}
      passes={(order) => matches(filter, order)}
      nothing="No orders yet."
      name="orders"
      csv={ordersCsv}
      again={() => showHistory(filter.symbol, historyStatus.peek())}
      head={
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
          <th scope="col" class="c-status">
            Status
          </th>
          <th scope="col" class="c-terms wide">
            Terms
          </th>
        </tr>
      }
      row={(order) => <HistoryRow key={order.orderId} order={order} />}
    />
  )
}

function HistoryRow({ order }: { readonly order: Order }) {
  const { symbol, price, reason } = order
  const words = reasonWords(reason)
  return (
    <tr title={`Order id ${order.orderId}`}>
      <td class="c-time">
        <Time iso={order.receivedAt} />
      </td>
      <td class="symbol-cell" title={symbol}>
        {symbol}
      </td>
      <td>
        <SideCell side={order.side} />
      </td>
      <td class="num">
        {price === null ? <span class="dim">market</span> : <Num text={price} symbol={symbol} of="tick" />}
      </td>
      <td class="num">
        <Num text={order.quantity} symbol={symbol} of="lot" />
      </td>
      <td class="num wide">
        <Num text={order.filledQuantity} symbol={symbol} of="lot" />
      </td>
      <td class="cut" title={words === '' ? undefined : words}>
        {statusWord(order.status)}
        {words !== '' && <span class="dim"> · {lowerFirst(words)}</span>}
      </td>
      <td class="wide dim cut" title={termsWords(order)}>
        {termsWords(order)}
      </td>
    </tr>
  )
}
