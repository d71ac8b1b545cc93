/**
 * The shallow and the deep stream as a matcher receives them: stream records with lines of JSON, as order entry
 * writes them, together with their commands.
 */

import { encodeCommand } from '../../src/protocol/command/codec.ts'
import type { CancelOrder, Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import { DEMO_INSTRUMENTS, type Instrument, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { BUY } from '../../src/protocol/order/order-options.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { CANCEL, COMMAND_WORDS, type CommandStream, MARKET_ORDER } from '../engine/command-stream.ts'

const ACCOUNTS = 500

export function benchInstrument(symbol: string): Instrument {
  return parseInstrument({ ...DEMO_INSTRUMENTS[0], symbol })
}

export const definitionOf = (symbol: string): Command => ({ kind: 'DefineInstrument', ...DEMO_INSTRUMENTS[0], symbol })

/** The commands of a stream, for one symbol. */
export function commandsOf(stream: CommandStream, symbol: string): Command[] {
  const commands: Command[] = []
  for (let i = 0; i < stream.count; i++) {
    const [head, price, quantity, number] = stream.words.subarray(i * COMMAND_WORDS, (i + 1) * COMMAND_WORDS)
    const name = { symbol, account: `account-${number % ACCOUNTS}`, orderId: `order-${number}` }
    commands.push((head & 255) === CANCEL ? cancel(name) : place(name, head, price, quantity))
  }
  return commands
}

interface Name {
  readonly symbol: string
  readonly account: string
  readonly orderId: string
}

const cancel = (name: Name): CancelOrder => ({ kind: 'CancelOrder', ...name })

function place(name: Name, head: number, price: number, quantity: number): PlaceOrder {
  const market = (head & 255) === MARKET_ORDER
  return {
    kind: 'PlaceOrder',
    ...name,
    side: head >> 8 === BUY ? 'BUY' : 'SELL',
    type: market ? 'MARKET' : 'LIMIT',
    timeInForce: 'GTC',
    quantity: lots(quantity),
    ...(market ? {} : { price: ticks(price) }),
  }
}

/** The bytes of one stream record with these commands. */
export function linesOf(commands: readonly Command[], instrument: Instrument): Uint8Array {
  return Buffer.from(`${commands.map((command) => encodeCommand(command, instrument)).join('\n')}\n`)
}
