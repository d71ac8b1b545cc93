/** Reads the instrument and the fills of an order, for the order resource. */

import type { EntryPorts } from '../entry/entry-ports.ts'
import { invariant } from '../protocol/assert.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { orderResource } from './order-resource.ts'

/** Asserts that the instrument exists. An instrument with orders stays in the directory, even when it is closed. */
export function instrumentOf(instruments: ReadonlyMap<string, Instrument>, symbol: string): Instrument {
  const instrument = instruments.get(symbol)
  invariant(instrument !== undefined, `${symbol} has orders but is no instrument`)
  return instrument
}

/** The order resource. Reads trades only if the order has fills. */
export async function readOrder(ports: EntryPorts, order: OrderRecord) {
  const trades = order.fills.length === 0 ? [] : await ports.orderReader.fills(order)
  return orderResource(order, trades, instrumentOf(ports.instruments, order.symbol))
}
