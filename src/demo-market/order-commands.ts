/** Turns what the demo market does into commands. An order passes every rule of order entry, like that of a client. */

import type { EntryPorts } from '../entry/entry-ports.ts'
import type { OrderFields } from '../entry/order-fields.ts'
import { placeOrderCommand } from '../entry/place-order-command.ts'
import { contextOf } from '../entry/place-orders.ts'
import type { Command } from '../protocol/command/commands.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import { Rejection } from '../protocol/rejection.ts'
import { formatSteps, type Ticks } from '../protocol/units.ts'
import type { DemoCommand } from './demo-command.ts'

/** The commands that order entry does not reject, in the same sequence. */
export function orderCommands(ports: EntryPorts, commands: readonly DemoCommand[]): Command[] {
  return commands.map((command) => orderCommand(ports, command)).filter((command) => command !== undefined)
}

/** undefined: order entry rejects it, for example because the instrument is closed or its bounds have changed. */
function orderCommand(ports: EntryPorts, command: DemoCommand): Command | undefined {
  const { kind, account, symbol, orderId } = command
  const instrument = ports.instruments.get(symbol)
  if (instrument === undefined) return undefined
  if (kind === 'cancel') return { kind: 'CancelOrder', symbol, account, orderId }
  if (kind === 'amend') return { kind: 'AmendOrder', symbol, account, orderId, price: command.price as Ticks }
  const caller = { account, operator: false, keyName: account }
  const entered = placeOrderCommand(fieldsOf(command, instrument), contextOf(ports, caller, { waitMs: 0 }))
  return entered instanceof Rejection ? undefined : entered
}

function fieldsOf(
  { orderId, symbol, side, price, quantity, purpose }: Extract<DemoCommand, { kind: 'place' }>,
  { tick, lot }: Instrument,
): OrderFields {
  const order = { orderId, symbol, side, quantity: formatSteps(quantity, lot) }
  if (price === undefined) return { ...order, type: 'MARKET' }
  const limit = { ...order, type: 'LIMIT', price: formatSteps(price, tick) }
  return purpose === 'rest' ? { ...limit, timeInForce: 'GTC', postOnly: true } : { ...limit, timeInForce: 'IOC' }
}
