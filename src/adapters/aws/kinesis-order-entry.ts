/**
 * Puts commands into the order stream. The first record of each order is written on the condition that its id
 * is new. Then the order enters the stream, with one stream record for each symbol of a call. An order that has
 * a record but was never matched may be missing in the stream. So it is put into the stream again, marked with
 * `again`, and the matcher leaves out the copy. Nothing is kept in memory, so any process may handle a retry.
 *
 * The stream is partitioned by symbol. A command of an account or of the venue goes into the stream once for
 * each symbol (symbol-commands.ts); its receipt says that all of them are durable, and has no outcome.
 */

import type { Accepted, OrderEntry, Receipt } from '../../ports/order-entry.ts'
import type { Position } from '../../ports/order-stream.ts'
import { invariant } from '../../protocol/assert.ts'
import { encodeCommand } from '../../protocol/command/codec.ts'
import type { Command, PlaceOrder, SymbolCommand } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { orderNameOf } from '../../protocol/order/order-name.ts'
import { isSameOrder, pendingOrder } from '../../protocol/records.ts'
import { ANSWERING, inParallel, PUBLISHING } from './backoff.ts'
import type { DynamoMarks } from './dynamodb-marks.ts'
import { type DynamoOrders, listKeyOf } from './dynamodb-orders.ts'
import type { KinesisWriter } from './kinesis-writer.ts'
import { OutcomeWatch } from './outcome-watch.ts'
import { suspensionOf } from './suspended-symbols.ts'
import { symbolCommandsOf } from './symbol-commands.ts'

export interface OrderEntryParts {
  readonly orders: DynamoOrders
  readonly marks: DynamoMarks
  readonly stream: KinesisWriter
  readonly instruments: InstrumentDirectory
  readonly nowMs: () => number
  /** Eight random hexadecimal digits. */
  readonly random: () => string
  /** The trace id that is written into every line of a call. */
  readonly traceId?: () => string | undefined
}

const WRITES_IN_FLIGHT = 64
/** A call to more symbols than this may meet the limit of a shard, 1,000 records a second, and may be slower. */
const SYMBOLS_AT_ONCE = 100

/** A command with its receipt, and with its line if it goes into the stream. */
interface Entry {
  readonly command: Command
  receipt: Receipt
  line?: 'first' | 'again'
}

type Placing = Entry & { readonly command: PlaceOrder }

export class KinesisOrderEntry implements OrderEntry {
  private readonly parts: OrderEntryParts
  private readonly watch: OutcomeWatch

  constructor(parts: OrderEntryParts) {
    this.parts = parts
    this.watch = new OutcomeWatch(parts.marks, parts.orders, parts.nowMs)
  }

  async submit(commands: readonly Command[], waitMs = 0): Promise<Receipt[]> {
    const receivedAtMs = this.parts.nowMs()
    const accepted: Accepted = { kind: 'accepted', receivedAtMs }
    const entries = commands.map((command): Entry => {
      const suspension = suspensionOf(command, this.parts.instruments)
      return suspension === undefined ? { command, receipt: accepted, line: 'first' } : { command, receipt: suspension }
    })
    refuseIfAllFailed(entries)
    await this.admit(entries, receivedAtMs)
    const positions = await this.append(entries)
    if (waitMs > 0) await this.await(entries, positions, receivedAtMs + waitMs)
    return entries.map(({ receipt }) => receipt)
  }

  /** Adds the outcome of the command to each receipt, if it is known before the deadline. */
  private async await(
    entries: readonly Entry[],
    positions: ReadonlyMap<string, Position>,
    deadlineMs: number,
  ): Promise<void> {
    await inParallel([...positions], WRITES_IN_FLIGHT, async ([symbol, position]) => {
      const waiting = entries.filter(
        (entry) => entry.command.symbol === symbol && hasOutcome(entry) && isUnderWay(entry),
      )
      if (waiting.length === 0 || !(await this.watch.matched(symbol, position, deadlineMs))) return
      await inParallel(waiting, WRITES_IN_FLIGHT, async (entry) => {
        const outcome = await this.watch.outcomeOf(entry.command)
        if (outcome === undefined) return
        if (entry.receipt.kind === 'accepted') entry.receipt = { ...entry.receipt, outcome }
        else if (outcome.order !== undefined) entry.receipt = { kind: 'repeated', order: outcome.order }
      })
    })
  }

  /** Writes the first record of each new order, and sets the receipt of an order that already has one. */
  private async admit(entries: readonly Entry[], receivedAtMs: number): Promise<void> {
    const { orders, random } = this.parts
    const first = new Map<string, Placing>()
    const later: Placing[] = []
    for (const entry of entries) {
      if (!isPlacing(entry) || entry.line === undefined) continue
      const key = orderNameOf(entry.command.account, entry.command.orderId)
      if (first.has(key)) later.push(entry)
      else first.set(key, entry)
    }
    if (first.size === 0) return
    const listKey = listKeyOf(receivedAtMs, random())
    const { account } = [...first.values()][0].command
    invariant(
      [...first.values()].every(({ command }) => command.account === account),
      'a call is of one account',
    )
    const named = orders.name(
      account,
      listKey,
      [...first.values()].map(({ command }) => command.orderId),
    )
    const entered = inParallel([...first.values()], WRITES_IN_FLIGHT, async (entry) => {
      const { command } = entry
      const present = await orders.enter(pendingOrder(command, receivedAtMs), listKey)
      if (present === undefined) return
      delete entry.line
      if (!isSameOrder(present.record, command)) {
        entry.receipt = { kind: 'conflict' }
        return
      }
      entry.receipt = { kind: 'repeated', order: present.record }
      if (present.record.lastEvent > 0) return
      // The process that sent it may have stopped before it finished: repeat all steps.
      entry.line = 'again'
      if (present.listKey !== '') await orders.name(account, present.listKey, [command.orderId])
    })
    for (const each of await Promise.allSettled([named, entered])) if (each.status === 'rejected') throw each.reason
    for (const entry of later) await this.repeat(entry)
  }

  /** The second order of an id in one call. */
  private async repeat(entry: Placing): Promise<void> {
    delete entry.line
    const { account, orderId } = entry.command
    const present = await this.parts.orders.get(account, orderId)
    entry.receipt =
      present !== undefined && isSameOrder(present, entry.command)
        ? { kind: 'repeated', order: present }
        : { kind: 'conflict' }
  }

  /** Appends the lines of all symbols concurrently, one record each. Returns the last position of each symbol. */
  private async append(entries: readonly Entry[]): Promise<Map<string, Position>> {
    const bySymbol = new Map<string, { onlyOrders: boolean; lines: string[] }>()
    const traceId = this.parts.traceId?.()
    for (const { command, line } of entries) {
      if (line === undefined) continue
      for (const each of symbolCommandsOf(command, this.parts.instruments)) {
        let ofSymbol = bySymbol.get(each.symbol)
        if (ofSymbol === undefined) {
          ofSymbol = { onlyOrders: true, lines: [] }
          bySymbol.set(each.symbol, ofSymbol)
        }
        ofSymbol.onlyOrders &&= each.kind === 'PlaceOrder'
        ofSymbol.lines.push(this.lineOf(each, line, traceId))
      }
    }
    const positions = new Map<string, Position>()
    const backoff = bySymbol.size > SYMBOLS_AT_ONCE ? PUBLISHING : ANSWERING
    await inParallel([...bySymbol], WRITES_IN_FLIGHT, async ([symbol, { onlyOrders, lines }]) => {
      const position = await this.parts.stream.append(symbol, lines, {
        backoff,
        // A cancel or an amendment is not repeated here, because twice differs from once. The client decides.
        again: (sent) => (onlyOrders ? sent.map(markedAgain) : undefined),
      })
      positions.set(symbol, position)
    })
    return positions
  }

  private lineOf(command: SymbolCommand, line: Entry['line'], traceId: string | undefined): string {
    const encoded = encodeCommand(command, this.parts.instruments.get(command.symbol))
    const traced = traceId === undefined ? encoded : `${encoded.slice(0, -1)},"traceId":${JSON.stringify(traceId)}}`
    return line === 'again' ? markedAgain(traced) : traced
  }
}

function refuseIfAllFailed(entries: readonly Entry[]): void {
  const failures = entries.flatMap(({ receipt }) => (receipt.kind === 'failed' ? [receipt] : []))
  if (failures.length === 0 || failures.length < entries.length) return
  const { code, message, retryable } = failures[0]
  throw new OperationalFailure(code, message, { retryable })
}

const isPlacing = (entry: Entry): entry is Placing => entry.command.kind === 'PlaceOrder'

/**
 * The tables show the outcome of a command to one order. They do not show how many orders a cancel-all canceled, or
 * whether a change of an instrument that is in place came from this command. So a call does not wait for those.
 */
const hasOutcome = ({ command }: Entry): boolean => 'orderId' in command

/** Put into the stream by this call, or the copy of an order that was. */
const isUnderWay = ({ line, receipt }: Entry): boolean =>
  line !== undefined || (receipt.kind === 'repeated' && receipt.order.lastEvent === 0)

/** The line of a command that may be in the stream already. */
export const markedAgain = (line: string): string => (AGAIN.test(line) ? line : `${line.slice(0, -1)},"again":true}`)
const AGAIN = /,"again":true\}$/
