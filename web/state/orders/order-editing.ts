/** The amendment of one open order: its price and quantity as typed, checked as the ticket checks them. */

import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { Order } from '../../../src/client/client.ts'
import { compareDecimals } from '../../../src/marketdata/decimal-order.ts'
import { PRICE_TICKS_MAX } from '../../../src/protocol/limits.ts'
import { instruments } from '../market/instruments.ts'
import { notify } from '../page/notices.ts'
import { nudge, nudgeShort } from '../text/steps.ts'
import { checkPrice, checkQuantity, type TicketInstrument } from '../ticket/ticket-check.ts'
import { amendOrder } from './order-changes.ts'

export interface Editing {
  readonly orderId: string
  readonly symbol: string
  readonly price: string
  readonly quantity: string
  /** The field that gets the focus. */
  readonly focus: 'price' | 'quantity'
  readonly before: { readonly price: string; readonly quantity: string; readonly filled: string }
  readonly isSending: boolean
  readonly error: { readonly field?: string; readonly text: string } | undefined
}

const present = signal<Editing | undefined>(undefined)
let ended: { readonly orderId: string; readonly field: 'price' | 'quantity' } | undefined
export const editing: ReadonlySignal<Editing | undefined> = present

export function beginEditing(order: Order, focus: 'price' | 'quantity'): void {
  const { orderId, symbol, quantity, filledQuantity } = order
  const price = order.price ?? ''
  const before = { price, quantity, filled: filledQuantity }
  present.value = { orderId, symbol, price, quantity, focus, before, isSending: false, error: undefined }
}

export function endEditing(): void {
  const value = present.peek()
  if (value === undefined) return
  ended = { orderId: value.orderId, field: value.focus }
  present.value = undefined
}

/** Whether the amendment of this number has just ended, so that it gets the focus back. */
export function takeEndedFocus(orderId: string, field: 'price' | 'quantity'): boolean {
  const isIt = ended?.orderId === orderId && ended.field === field
  if (isIt) ended = undefined
  return isIt
}

export function editField(field: 'price' | 'quantity', text: string): void {
  const value = present.peek()
  if (value !== undefined) present.value = { ...value, [field]: text, error: undefined }
}

export function stepEditing(field: 'price' | 'quantity', by: number): void {
  const value = present.peek()
  const instrument = value && instruments.peek().get(value.symbol)
  if (value === undefined || instrument === undefined) return
  const { tick, lot } = instrument
  if (field === 'price') editField('price', nudge(value.price, by, tick, PRICE_TICKS_MAX, value.before.price))
  else editField('quantity', nudgeShort(value.quantity, by, lot, Number.MAX_SAFE_INTEGER, value.before.quantity))
}

/** What is wrong with what is typed; undefined: it may be sent. */
function faultOf(value: Editing, instrument: TicketInstrument): Editing['error'] {
  const price = checkPrice(value.price, instrument)
  if ('error' in price) return { field: 'price', text: price.error }
  const quantity = checkQuantity(value.quantity, instrument)
  if ('error' in quantity) return { field: 'quantity', text: quantity.error }
  if (compareDecimals(value.quantity, value.before.filled) <= 0)
    return { field: 'quantity', text: `Quantity must be above ${value.before.filled}, which is filled already.` }
  return undefined
}

/** Sends what has changed. The row stays open with what was typed until the exchange has accepted it. */
export async function saveEditing(): Promise<void> {
  const value = present.peek()
  const instrument = value && instruments.peek().get(value.symbol)
  if (value === undefined || instrument === undefined || value.isSending) return
  const { orderId, price, quantity, before } = value
  const changes = {
    ...(compareOr(price, before.price) !== 0 && { price }),
    ...(compareOr(quantity, before.quantity) !== 0 && { quantity }),
  }
  if (Object.keys(changes).length === 0) return endEditing()
  const error = faultOf(value, instrument)
  if (error !== undefined) {
    present.value = { ...value, error }
    return
  }
  present.value = { ...value, isSending: true, error: undefined }
  const failure = await amendOrder(orderId, changes)
  batch(() => {
    const now = present.peek()
    if (now === undefined || now.orderId !== orderId) {
      // The row was left while the request was under way, so its failure has no other place.
      if (failure !== undefined) notify('error', `${value.symbol}: the order was not amended. ${failure.text}`)
      return
    }
    if (failure === undefined) endEditing()
    else present.value = { ...now, isSending: false, error: failure }
  })
}

/** 0 for the same number written in another way; text that is no decimal differs from each. */
const compareOr = (a: string, b: string): number => (/^\d+(\.\d+)?$/.test(a) ? compareDecimals(a, b) : 1)
