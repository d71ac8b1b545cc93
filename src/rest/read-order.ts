/** Finds what belongs to an order: its instrument, its fills. */

import { invariant } from '../protocol/assert.ts'
import type { Instrument } from '../protocol/instrument.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { orderResource } from './order-resource.ts'
import type { RestPorts } from './rest-ports.ts'

/** Asserts that the instrument is configured: whoever has orders in a symbol must not drop it. */
export function instrumentOf({ instruments }: RestPorts, symbol: string): Instrument {
  const instrument = instruments.get(symbol)
  invariant(instrument !== undefined, `${symbol} has orders but is no instrument`)
  return instrument
}

/** The order resource. Reads the trades only of an order that has any. */
export async function readOrder(ports: RestPorts, order: OrderRecord) {
  const trades = order.fills.length === 0 ? [] : await ports.orderReader.fills(order)
  return orderResource(order, trades, instrumentOf(ports, order.symbol))
}
