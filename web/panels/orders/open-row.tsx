/** A row of an open order. In the state of an amendment its price and quantity are inputs. */

import { useComputed } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { cancelOrder, orderFailures, ordersChanging } from '../../state/orders/order-changes.ts'
import { beginEditing, editing, endEditing, saveEditing, takeEndedFocus } from '../../state/orders/order-editing.ts'
import type { Order } from '../../state/orders/own-orders.ts'
import { termsWords } from '../../state/text/words.ts'
import { Num, SideCell, Time } from './cells.tsx'
import { EditInput } from './edit-input.tsx'

/** A narrow list shows as many columns; a wider span would add empty ones to it. */
const COLUMNS = 5
/** The answer to a cancel and the event that ends the row come a few frames apart. */
const ROW_GONE_MS = 150

export function OpenRow({ order }: { readonly order: Order }) {
  const { orderId } = order
  const isEdited = useComputed(() => editing.value?.orderId === orderId)
  const failure = useComputed(() => orderFailures.value.get(orderId))
  return (
    <>
      {isEdited.value ? <EditedRow order={order} /> : <ShownRow order={order} />}
      {failure.value !== undefined && !isEdited.value && (
        <tr class="orders-fault">
          <td colSpan={COLUMNS} role="alert">
            {failure}
          </td>
        </tr>
      )}
    </>
  )
}

function ShownRow({ order }: { readonly order: Order }) {
  const { orderId, symbol, price } = order
  const isChanging = useComputed(() => ordersChanging.value.has(orderId))
  return (
    <tr data-changing={isChanging.value} title={`Order id ${orderId}`}>
      <FirstCells order={order} />
      <td class="num">{price === null ? 'market' : <AmendCell order={order} field="price" text={price} />}</td>
      <td class="num">
        <AmendCell order={order} field="quantity" text={order.quantity} />
      </td>
      <td class="num wide">
        <Num text={order.filledQuantity} symbol={symbol} of="lot" />
      </td>
      <td class="num wider">
        <Num text={order.remainingQuantity} symbol={symbol} of="lot" />
      </td>
      <td class="wide dim cut" title={termsWords(order)}>
        {termsWords(order)}
      </td>
      <td class="row-actions">
        <button
          type="button"
          class="plain"
          aria-disabled={isChanging.value}
          aria-label={`Cancel order ${orderId}`}
          onClick={() => void cancelOrder(orderId).then(keepFocus)}
        >
          {isChanging.value ? 'Waiting…' : 'Cancel'}
        </button>
      </td>
    </tr>
  )
}

/** The focus of a row that has gone goes to the tab of the list, not to the start of the page. */
function keepFocus(): void {
  setTimeout(() => {
    if (document.activeElement === document.body) document.getElementById('orders-tab-open')?.focus()
  }, ROW_GONE_MS)
}

function FirstCells({ order }: { readonly order: Order }) {
  return (
    <>
      <td class="c-time">
        <Time iso={order.receivedAt} />
      </td>
      <td class="symbol-cell" title={order.symbol}>
        {order.symbol}
      </td>
      <td>
        <SideCell side={order.side} />
      </td>
    </>
  )
}

interface AmendCellProps {
  readonly order: Order
  readonly field: 'price' | 'quantity'
  readonly text: string
}

/** A number that begins the amendment, and gets the focus back when the amendment has ended. */
function AmendCell({ order, field, text }: AmendCellProps) {
  const { orderId } = order
  const button = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => {
    if (takeEndedFocus(orderId, field)) button.current?.focus()
  }, [orderId, field])
  return (
    <button
      ref={button}
      type="button"
      class="amend num"
      title={`Amend the ${field}`}
      onClick={() => beginEditing(order, field)}
    >
      <Num text={text} symbol={order.symbol} of={field === 'price' ? 'tick' : 'lot'} />
    </button>
  )
}

function EditedRow({ order }: { readonly order: Order }) {
  const { isSending, error } = editing.value ?? {}
  const { symbol } = order
  return (
    <>
      <tr class="edited" aria-label={`Amend order ${order.orderId}`}>
        <FirstCells order={order} />
        <td class="num">
          <EditInput field="price" label="New price" />
        </td>
        <td class="num">
          <EditInput field="quantity" label="New quantity, with what is filled" />
        </td>
        <td class="num wide">
          <Num text={order.filledQuantity} symbol={symbol} of="lot" />
        </td>
        <td class="num wider">
          <Num text={order.remainingQuantity} symbol={symbol} of="lot" />
        </td>
        <td class="wide dim cut" title={termsWords(order)}>
          {termsWords(order)}
        </td>
        <td class="row-actions">
          <button type="button" class="plain" disabled={isSending} onClick={() => void saveEditing()}>
            {isSending ? 'Saving' : 'Save'}
          </button>
          <button type="button" class="plain" disabled={isSending} onClick={endEditing}>
            Undo
          </button>
        </td>
      </tr>
      {error !== undefined && (
        <tr class="orders-fault">
          <td colSpan={COLUMNS} role="alert" id="edit-error">
            {error.text}
          </td>
        </tr>
      )}
    </>
  )
}
