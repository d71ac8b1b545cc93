/**
 * Refuses orders that may rest while their account has its maximum of open orders, or while memory is short. An
 * amendment to another price may need memory too: a new price level. Cancels, other amendments and orders that never
 * rest are not refused: they free memory, or need none.
 *
 * Commands are refused before they enter the stream. So the stream leads to the same events whatever the bounds are.
 */

import type { Capacity } from '../ports/capacity.ts'
import type { Failed, Refused } from '../ports/order-entry.ts'
import type { AmendOrder, Command, PlaceOrder } from '../protocol/command/commands.ts'
import type { Ticks } from '../protocol/units.ts'

const MEMORY_FULL: Failed = {
  kind: 'failed',
  code: 'memory_full',
  message: 'there is no memory for more open orders',
  retryable: true,
}

const mayRest = ({ timeInForce }: PlaceOrder): boolean => timeInForce === 'GTC' || timeInForce === 'GTD'

/** What is open now. Commands in flight may change it, so it decides only what is refused. */
export interface OpenNow {
  /** The number of open orders of an account, including those in flight. */
  count(account: string): number
  /** The price of an open order. */
  price(account: string, orderId: string): Ticks | undefined
}

export function refusalOf(command: Command, capacity: Capacity, open: OpenNow): Refused | Failed | undefined {
  if (command.kind === 'AmendOrder') {
    return capacity.hasRoom() || keepsPrice(command, open) ? undefined : MEMORY_FULL
  }
  if (command.kind !== 'PlaceOrder' || !mayRest(command)) return undefined
  if (!capacity.hasRoom()) return MEMORY_FULL
  const max = capacity.accountOpenOrdersMax
  return open.count(command.account) < max ? undefined : { kind: 'refused', code: 'too_many_open_orders', max }
}

const keepsPrice = ({ account, orderId, price }: AmendOrder, open: OpenNow): boolean =>
  price === undefined || price === open.price(account, orderId)
