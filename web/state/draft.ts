/** What the ticket contains before it is sent. */

import { signal } from '@preact/signals'
import type { Side } from '../../src/protocol/order/order-words.ts'

export const draft = {
  side: signal<Side>('BUY'),
  /** The id of a row of the table of order kinds. */
  kind: signal('limit'),
  /** Decimal text as typed, by field. */
  fields: signal<Readonly<Record<string, string>>>({}),
}

/** A price of the book was chosen. */
export function usePrice(price: string, side?: Side): void {
  if (side !== undefined) draft.side.value = side
  draft.fields.value = { ...draft.fields.peek(), price }
}

export function focusTicket(side: Side): void {
  draft.side.value = side
}
