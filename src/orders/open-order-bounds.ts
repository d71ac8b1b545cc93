/**
 * Refuses orders that may rest while their account has its maximum of open orders, or while memory is short. An
 * amendment may need memory too, because a new price may need a new price level. Cancels and orders that never rest
 * are not refused: they free memory, or need none.
 *
 * Commands are refused before they enter the stream. So the stream leads to the same events whatever the bounds are.
 */

import type { Capacity } from '../ports/capacity.ts'
import type { Failed, Refused } from '../ports/order-entry.ts'
import type { Command, PlaceOrder } from '../protocol/command/commands.ts'

const MEMORY_FULL: Failed = {
  kind: 'failed',
  code: 'memory_full',
  message: 'there is no memory for more open orders',
  retryable: true,
}

const mayRest = ({ timeInForce }: PlaceOrder): boolean => timeInForce === 'GTC' || timeInForce === 'GTD'

/** `openOrdersOf` counts the open orders of an account, including those in flight. */
export function refusalOf(
  command: Command,
  capacity: Capacity,
  openOrdersOf: (account: string) => number,
): Refused | Failed | undefined {
  if (command.kind === 'AmendOrder') return capacity.hasRoom() ? undefined : MEMORY_FULL
  if (command.kind !== 'PlaceOrder' || !mayRest(command)) return undefined
  if (!capacity.hasRoom()) return MEMORY_FULL
  const max = capacity.accountOpenOrdersMax
  return openOrdersOf(command.account) < max ? undefined : { kind: 'refused', code: 'too_many_open_orders', max }
}
