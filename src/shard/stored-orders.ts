/**
 * Reads from the store, for each order whose line may be a copy, the number of the event that entered it. The
 * store is read before the line is applied, because applying is synchronous. An answer may be newer than the
 * line. That does no harm, because the number shows whether the order entered before the line.
 */

import type { Publisher } from '../ports/publisher.ts'
import { orderNameOf } from '../protocol/order/order-name.ts'
import type { ReadRecord } from './record-lines.ts'

/** By order name; absent if the order has no record, 0 if it is pending. */
export type StoredOrders = ReadonlyMap<string, number>

const NONE: StoredOrders = new Map()

export async function storedOrders(
  symbol: string,
  records: readonly ReadRecord[],
  publisher: Publisher,
): Promise<StoredOrders> {
  if (records.every((record) => record.again.size === 0)) return NONE
  const stored = new Map<string, number>()
  const look = async (account: string, orderId: string): Promise<void> => {
    const record = await publisher.entered(account, orderId)
    if (record?.symbol === symbol) stored.set(orderNameOf(account, orderId), record.firstEvent)
  }
  const looks: Promise<void>[] = []
  for (const { commands, again } of records) {
    for (const i of again) {
      const command = commands[i]
      if (command.kind === 'PlaceOrder') looks.push(look(command.account, command.orderId))
    }
  }
  await Promise.all(looks)
  return stored
}
