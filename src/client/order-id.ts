/** Order ids that the client makes: an order with an id can be sent again without being placed twice. */

import type { NewOrder } from './messages.ts'

/** With an order id, so that the order can be sent again. */
export const withId = (order: NewOrder): NewOrder =>
  order.orderId === undefined ? { orderId: randomId(), ...order } : order

/** Works also in a page that was not loaded over TLS, where crypto.randomUUID is absent. */
export function randomId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
