/**
 * Generates the order stream of a run: shards with their records, some of them children of a split. Two different
 * orders never have the same id, because ingest ensures this. An order may be in the stream twice if one of
 * the two lines has `again`; either may come first. Some lines are not commands.
 */

import type { ShardRecord } from '../../src/ports/record-stream.ts'
import { encodeCommand } from '../../src/protocol/command/codec.ts'
import type { Command, PlaceOrder } from '../../src/protocol/command/commands.ts'
import { type Instrument, parseInstrument } from '../../src/protocol/instrument/instrument.ts'
import { SELF_TRADE_PREVENTIONS } from '../../src/protocol/order/order-words.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { RULES_NEWEST } from '../../src/protocol/versions.ts'
import type { Random } from '../e2e/random.ts'

export interface Shard {
  readonly name: string
  readonly records: readonly ShardRecord[]
  /** Delivered only after all of its parent. */
  readonly parent: string | undefined
}

export interface StreamScript {
  readonly instruments: ReadonlyMap<string, Instrument>
  readonly shards: readonly Shard[]
  /** The commands of each symbol in order, without repeated orders and without bad lines. */
  readonly commands: ReadonlyMap<string, { command: Command; timestampMs: number }[]>
  readonly deadLetters: number
}

const SYMBOLS = ['AAA', 'BBB', 'CCC']
const TERMS = { base: 'A', quote: 'B', tickSize: '0.01', lotSize: '0.1' }
const ACCOUNTS = ['ann', 'bob', 'cat']
const MINUTE_MS = 60_000
/** Just below a power of ten, so that the numbers get one digit longer during the run. */
const FIRST_SEQUENCE = 10n ** 55n - 40n
export const POSITION_DIGITS = 64

export function positionOf(sequence: bigint): string {
  return sequence.toString().padStart(POSITION_DIGITS, '0')
}

export function writeScript(
  random: Random,
  position: (sequence: bigint) => string,
  recordCount = 20 + random.below(25),
): StreamScript {
  const instruments = new Map(SYMBOLS.map((symbol) => [symbol, parseInstrument({ symbol, ...TERMS })]))
  const writers = SYMBOLS.map((symbol) => new SymbolWriter(symbol, random, instruments.get(symbol) as Instrument))
  const records: ShardRecord[] = []
  let sequence = FIRST_SEQUENCE
  for (let left = recordCount; left > 0; left--) {
    const writer = writers[random.below(random.below(SYMBOLS.length) + 1)]
    sequence += BigInt(1 + random.below(9))
    records.push({ ...writer.record(), position: position(sequence) })
  }
  return {
    instruments,
    shards: split(records, random),
    commands: new Map(writers.map((writer) => [writer.symbol, writer.commands])),
    deadLetters: writers.reduce((sum, writer) => sum + writer.deadLetters, 0),
  }
}

/** Two shards. At a random record the first is split into two by symbol. */
function split(records: readonly ShardRecord[], random: Random): Shard[] {
  const first = (record: ShardRecord): boolean => record.symbol !== 'CCC'
  const cut = random.below(records.length)
  const part = (name: string, parent: string | undefined, of: (record: ShardRecord, i: number) => boolean): Shard => ({
    name,
    parent,
    records: records.filter(of),
  })
  return [
    part('1', undefined, (record, i) => first(record) && i < cut),
    part('1a', '1', (record, i) => record.symbol === 'AAA' && i >= cut),
    part('1b', '1', (record, i) => record.symbol === 'BBB' && i >= cut),
    part('2', undefined, (record) => !first(record)),
  ]
}

/** Writes one symbol's records. */
class SymbolWriter {
  readonly symbol: string
  readonly commands: { command: Command; timestampMs: number }[] = []
  deadLetters = 0
  private readonly random: Random
  private readonly instrument: Instrument
  private readonly placed: PlaceOrder[] = []
  /** Orders whose first line, without `again`, comes later, and the latest time for it. */
  private readonly stragglers: { order: PlaceOrder; untilMs: number }[] = []
  private nowMs = 1_700_000_000_000
  private number = 0

  constructor(symbol: string, random: Random, instrument: Instrument) {
    this.symbol = symbol
    this.random = random
    this.instrument = instrument
  }

  record(): Omit<ShardRecord, 'position'> {
    const { random } = this
    const dice = random.below(20)
    if (dice < 8) this.nowMs += random.below(3)
    else if (dice < 10) this.nowMs += random.below(3_000)
    else if (dice === 10) this.nowMs -= random.below(2_000)
    else if (dice === 11) this.nowMs += random.below(20) * MINUTE_MS
    const lines: (string | Buffer)[] = this.commands.length === 0 ? [this.define()] : []
    for (let left = 1 + random.below(5); left > 0; left--) lines.push(this.line())
    const bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
    return { symbol: this.symbol, timestampMs: this.nowMs, bytes }
  }

  /** The first command of a symbol: it does not exist before it is defined. */
  private define(): string {
    const define = { kind: 'DefineInstrument', symbol: this.symbol, ...TERMS } as const
    this.take(define)
    return this.encode(define)
  }

  private line(): string | Buffer {
    const { random } = this
    const dice = random.below(100)
    if (dice < 4) return this.badLine()
    if (dice < 10 && this.placed.length > 0) return this.again(this.placed[random.below(this.placed.length)])
    if (dice < 16) {
      const late = this.stragglers.pop()
      if (late !== undefined && late.untilMs > this.nowMs) return this.encode(late.order)
    }
    if (dice < 20) {
      const order = this.order()
      this.take(order)
      this.stragglers.push({ order, untilMs: this.nowMs + 5 * MINUTE_MS })
      return this.again(order)
    }
    const command = this.command(dice)
    this.take(command)
    return this.encode(command)
  }

  private take(command: Command): void {
    this.commands.push({ command, timestampMs: this.nowMs })
    if (command.kind === 'PlaceOrder') this.placed.push(command)
  }

  private command(dice: number): Command {
    const { random, symbol } = this
    const old = this.placed[random.below(this.placed.length || 1)]
    if (dice < 30 && old !== undefined)
      return { kind: 'CancelOrder', symbol, account: old.account, orderId: old.orderId }
    if (dice < 38 && old !== undefined) {
      const change = { price: ticks(96 + random.below(9)), quantity: lots(1 + random.below(12)) }
      return { kind: 'AmendOrder', symbol, account: old.account, orderId: old.orderId, ...change }
    }
    if (dice < 40) return { kind: 'CancelAllOrders', symbol, account: ACCOUNTS[random.below(ACCOUNTS.length)] }
    if (dice < 41) return { kind: 'ChangePhase', symbol, phase: this.number % 2 === 0 ? 'HALTED' : 'CLOSED' }
    if (dice < 44) return { kind: 'ChangePhase', symbol, phase: 'CONTINUOUS' }
    if (dice < 45) return { kind: 'SetPriceBand', symbol, low: ticks(94), high: ticks(106) }
    if (dice < 46) return { kind: 'AdoptRules', symbol, rules: RULES_NEWEST }
    if (dice < 47) return { kind: 'AdvanceTime', symbol }
    return this.order()
  }

  private order(): PlaceOrder {
    const { random, symbol } = this
    const account = ACCOUNTS[random.below(ACCOUNTS.length)]
    const side = random.below(2) === 0 ? 'BUY' : 'SELL'
    const lifetime = random.below(12)
    const market = lifetime === 0
    const timeInForce = lifetime === 1 ? 'IOC' : lifetime === 2 ? 'FOK' : lifetime < 6 && !market ? 'GTD' : 'GTC'
    return {
      kind: 'PlaceOrder',
      symbol,
      ...(random.below(3) === 0 && { requestId: `r${this.number}` }),
      account,
      orderId: `${symbol}-${++this.number}`,
      side,
      type: market ? 'MARKET' : 'LIMIT',
      timeInForce,
      quantity: lots(1 + random.below(12)),
      ...(!market && { price: ticks((side === 'BUY' ? 98 : 100) - 3 + random.below(7)) }),
      ...(random.below(8) === 0 && !market && { postOnly: true }),
      ...(random.below(4) === 0 && { selfTradePrevention: SELF_TRADE_PREVENTIONS[random.below(4)] }),
      ...(timeInForce === 'GTD' && { expiresAtMs: this.nowMs - 3 + random.below(4_000) }),
    }
  }

  private encode(command: Command): string {
    return encodeCommand(command, this.instrument)
  }

  private again(order: PlaceOrder): string {
    return `${this.encode(order).slice(0, -1)},"again":true}`
  }

  private badLine(): string | Buffer {
    this.deadLetters++
    const foreign = { kind: 'AdvanceTime', symbol: this.symbol === 'AAA' ? 'BBB' : 'AAA' }
    const lines = ['{"kind":', 'null', '[]', '{"kind":7}', JSON.stringify(foreign), Buffer.from([0xff, 0xfe])]
    return lines[this.random.below(lines.length)]
  }
}
