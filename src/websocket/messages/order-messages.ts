/** The messages of the channel `orders`. They concern one account, and only its followers receive them. */

import { orderSummary } from '../../api/order-resource.ts'
import { instrumentOf } from '../../api/read-order.ts'
import { formatTimestamp } from '../../entry/timestamps.ts'
import type { OrderUpdate } from '../../marketdata/order-updates.ts'
import { tradeIdOf } from '../../protocol/event/events.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { formatSteps, formatStepsShort } from '../../protocol/units.ts'

type Instruments = ReadonlyMap<string, Instrument>

/** `orders`: the newest open orders, newest first. `complete`: the account has no others. */
export const ordersSnapshot = (instruments: Instruments, orders: readonly OrderRecord[], complete: boolean): string =>
  JSON.stringify({
    type: 'snapshot',
    channel: 'orders',
    complete,
    orders: orders.map((order) => orderSummary(order, instrumentOf(instruments, order.symbol))),
  })

/** One entry for each event, in the sequence of the events. */
export const ordersUpdate = (instruments: Instruments, updates: readonly OrderUpdate[]): string =>
  JSON.stringify({
    type: 'update',
    channel: 'orders',
    updates: updates.map((update) => entryOf(update, instrumentOf(instruments, update.symbol))),
  })

function entryOf({ type, symbol, orderId, number, timestampMs, fill, reason, order }: OrderUpdate, own: Instrument) {
  return {
    event: {
      type,
      symbol,
      orderId,
      sequence: number,
      timestamp: formatTimestamp(timestampMs),
      ...(fill !== undefined && {
        tradeId: tradeIdOf(symbol, fill.tradeNumber),
        price: formatSteps(fill.price, own.tick),
        quantity: formatStepsShort(fill.quantity, own.lot),
        liquidity: fill.liquidity,
      }),
      ...(reason !== undefined && { reason }),
    },
    order: order === undefined ? null : orderSummary(order, own),
  }
}
