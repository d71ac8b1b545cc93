/** Commands and records for the suites of the ports. */

import type { StreamRecord } from '../../src/ports/order-stream.ts'
import { encodeCommand } from '../../src/protocol/command/codec.ts'
import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import {
  DEMO_INSTRUMENTS,
  type Instrument,
  type InstrumentText,
  parseInstrument,
} from '../../src/protocol/instrument/instrument.ts'
import { InstrumentDirectory, type ListedInstrument } from '../../src/protocol/instrument/instrument-directory.ts'
import { type OrderRecord, pendingOrder, type TradeRecord } from '../../src/protocol/records.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'

export const INSTRUMENTS: ReadonlyMap<string, Instrument> = new Map(
  DEMO_INSTRUMENTS.map((text) => [text.symbol, parseInstrument(text)]),
)

/** The commands with which a stream begins: no other command is applied before its instrument is defined. */
export const DEFINITIONS: readonly Command[] = DEMO_INSTRUMENTS.map((text) => ({ kind: 'DefineInstrument', ...text }))

/** The first record of a stream. */
export const FIRST_RECORD: StreamRecord = { position: '0'.repeat(16), timestampMs: 0, commands: DEFINITIONS }

export function placeOrder(orderId: string, more: Partial<PlaceOrder> = {}): PlaceOrder {
  return {
    kind: 'PlaceOrder',
    symbol: 'BTCUSD',
    account: 'ann',
    orderId,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: lots(10),
    price: ticks(100),
    ...more,
  }
}

/** Commands in the form of the order stream: one line each. */
export function linesOf(commands: readonly Command[]): Buffer {
  const lines = commands.map((command) => `${encodeCommand(command, INSTRUMENTS.get(command.symbol ?? ''))}\n`)
  return Buffer.from(lines.join(''))
}

/** A matched order whose first event is `firstEvent`. */
export function orderRecord(orderId: string, firstEvent: number, more: Partial<OrderRecord> = {}): OrderRecord {
  const { account = 'ann', symbol = 'BTCUSD', receivedAtMs = 1_000 + firstEvent } = more
  const pending = pendingOrder(placeOrder(orderId, { account, symbol }), receivedAtMs)
  return { ...pending, status: 'NEW', firstEvent, lastEvent: firstEvent, ...more }
}

export function tradeRecord(tradeNumber: number, more: Partial<TradeRecord> = {}): TradeRecord {
  return {
    symbol: 'BTCUSD',
    tradeNumber,
    eventNumber: tradeNumber * 3,
    price: ticks(100),
    quantity: lots(1),
    takerSide: 'BUY',
    makerAccount: 'ann',
    makerOrderId: 'm',
    takerAccount: 'bob',
    takerOrderId: 't',
    timestampMs: 2_000,
    ...more,
  }
}

/** The listed form of {@link INSTRUMENTS}. */
export function listedInstruments(): InstrumentDirectory {
  const directory = new InstrumentDirectory()
  for (const text of DEMO_INSTRUMENTS) directory.set(text.symbol, listedInstrument(text))
  return directory
}

export function listedInstrument(text: InstrumentText, more: Partial<ListedInstrument> = {}): ListedInstrument {
  const now = { phase: 'CONTINUOUS', closed: false, bandLow: null, bandHigh: null, rules: RULES_NEWEST } as const
  return { ...parseInstrument(text), text, ...now, ...more }
}
