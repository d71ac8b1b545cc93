/**
 * Puts commands into the order stream. The first record of each order is written on the condition that its id
 * is new (order-admission.ts). Then the order enters the stream, with one stream record for each symbol of a call. An
 * order that has a record but was never matched may be missing in the stream. So it is put into the stream again,
 * marked with `again`, and the matcher leaves out the copy. Nothing is kept in memory, so any process may handle a
 * retry. If the record of one symbol fails, only the commands of that symbol have failed.
 *
 * The stream is partitioned by symbol. A command of an account or of the venue goes into the stream once for
 * each symbol (symbol-commands.ts); its receipt says that all of them are durable, and has no outcome.
 */

import { inParallel } from '../../ports/in-parallel.ts'
import type { Accepted, OrderEntry, Receipt } from '../../ports/order-entry.ts'
import type { Position } from '../../ports/order-stream.ts'
import { encodeCommand } from '../../protocol/command/codec.ts'
import type { Command, SymbolCommand } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { tracedLine } from '../../protocol/traceparent.ts'
import { ANSWERING, PUBLISHING } from './backoff.ts'
import type { DynamoMarks } from './dynamodb-marks.ts'
import type { DynamoOrders } from './dynamodb-orders.ts'
import type { KinesisWriter } from './kinesis-writer.ts'
import type { MatcherLag } from './matcher-lag.ts'
import { admit, type Entry, fail } from './order-admission.ts'
import { isOrderCommand, type OrderCommand, OutcomeWatch } from './outcome-watch.ts'
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
  /** Absent: orders are accepted whatever the lag of the matcher is. */
  readonly lag?: MatcherLag
}

const WRITES_IN_FLIGHT = 64
/** A call to more symbols than this may meet the limit of a shard, 1,000 records a second, and may be slower. */
const SYMBOLS_AT_ONCE = 100

/** What a call puts into the stream for one symbol. */
interface SymbolLines {
  onlyOrders: boolean
  readonly lines: string[]
  readonly entries: Entry[]
}

export class KinesisOrderEntry implements OrderEntry {
  private readonly parts: OrderEntryParts
  private readonly watch: OutcomeWatch

  constructor(parts: OrderEntryParts) {
    this.parts = parts
    const { marks, orders, nowMs } = parts
    this.watch = new OutcomeWatch({ marks, orders, nowMs })
  }

  async submit(commands: readonly Command[], waitMs = 0): Promise<Receipt[]> {
    const { instruments, lag, nowMs, orders, random } = this.parts
    await lag?.refresh(commands)
    const receivedAtMs = nowMs()
    const accepted: Accepted = { kind: 'accepted', receivedAtMs }
    const entries = commands.map((command): Entry => {
      const refusal = suspensionOf(command, instruments) ?? lag?.overloadOf(command)
      return refusal === undefined ? { command, receipt: accepted, line: 'first' } : { command, receipt: refusal }
    })
    throwIfAllFailed(entries)
    await admit(orders, entries, receivedAtMs, random)
    const positions = await this.append(entries)
    throwIfAllFailed(entries)
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
        (entry): entry is Waiting =>
          isOrderCommand(entry.command) && entry.command.symbol === symbol && isUnderWay(entry),
      )
      const commands = waiting.map(({ command }) => command)
      const outcomes = await this.watch.outcomes(commands, position, deadlineMs)
      for (const [i, outcome] of outcomes.entries()) {
        const entry = waiting[i]
        if (outcome === undefined) continue
        if (entry.receipt.kind === 'accepted') entry.receipt = { ...entry.receipt, outcome }
        else if (outcome.order !== undefined) entry.receipt = { kind: 'repeated', order: outcome.order }
      }
    })
  }

  /** Appends the lines of all symbols concurrently, one record each. Returns the last position of each symbol. */
  private async append(entries: readonly Entry[]): Promise<Map<string, Position>> {
    const bySymbol = this.linesOf(entries)
    const positions = new Map<string, Position>()
    const backoff = bySymbol.size > SYMBOLS_AT_ONCE ? PUBLISHING : ANSWERING
    await inParallel([...bySymbol], WRITES_IN_FLIGHT, async ([symbol, { onlyOrders, lines, entries: own }]) => {
      try {
        const position = await this.parts.stream.append(symbol, lines, {
          backoff,
          // A cancel or an amendment is not repeated here, because twice differs from once. The client decides.
          again: (sent) => (onlyOrders ? sent.map(markedAgain) : undefined),
        })
        positions.set(symbol, position)
        this.parts.lag?.appended(symbol, position)
      } catch (cause) {
        if (!(cause instanceof OperationalFailure)) throw cause
        // Also the second order of an id in this call: its first is not in the stream.
        const second = entries.filter((entry) => entry.command.symbol === symbol && isUnderWay(entry))
        for (const entry of [...own, ...second]) fail(entry, cause)
      }
    })
    return positions
  }

  private linesOf(entries: readonly Entry[]): Map<string, SymbolLines> {
    const bySymbol = new Map<string, SymbolLines>()
    const traceId = this.parts.traceId?.()
    for (const entry of entries) {
      if (entry.line === undefined) continue
      for (const each of symbolCommandsOf(entry.command, this.parts.instruments)) {
        let ofSymbol = bySymbol.get(each.symbol)
        if (ofSymbol === undefined) {
          ofSymbol = { onlyOrders: true, lines: [], entries: [] }
          bySymbol.set(each.symbol, ofSymbol)
        }
        ofSymbol.onlyOrders &&= each.kind === 'PlaceOrder'
        ofSymbol.lines.push(this.lineOf(each, entry.line, traceId))
        ofSymbol.entries.push(entry)
      }
    }
    return bySymbol
  }

  private lineOf(command: SymbolCommand, line: Entry['line'], traceId: string | undefined): string {
    const encoded = encodeCommand(command, this.parts.instruments.get(command.symbol))
    const traced = traceId === undefined ? encoded : tracedLine(encoded, traceId)
    return line === 'again' ? markedAgain(traced) : traced
  }
}

function throwIfAllFailed(entries: readonly Entry[]): void {
  const failures = entries.flatMap(({ receipt }) => (receipt.kind === 'failed' ? [receipt] : []))
  if (failures.length === 0 || failures.length < entries.length) return
  const { code, message, retryable, retryAfterMs } = failures[0]
  throw new OperationalFailure(code, message, { retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) })
}

/**
 * The tables show the outcome of a command to one order. They do not show how many orders a cancel-all canceled, or
 * whether a change of an instrument that is in place came from this command. So a call does not wait for those.
 */
type Waiting = Entry & { readonly command: OrderCommand }

/** Put into the stream by this call, or the copy of an order that was. */
const isUnderWay = ({ line, receipt }: Entry): boolean =>
  line !== undefined || (receipt.kind === 'repeated' && receipt.order.lastEvent === 0)

/** The line of a command that may be in the stream already. */
export const markedAgain = (line: string): string => (AGAIN.test(line) ? line : `${line.slice(0, -1)},"again":true}`)
const AGAIN = /,"again":true\}$/
