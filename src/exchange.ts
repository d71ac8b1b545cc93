/**
 * The exchange on one page: commands are admitted, made durable, matched, answered, committed and, at intervals,
 * saved in a snapshot. The caller passes the ports; there is no disk, socket or clock here.
 *
 *   submit ─ admit ─▶ stream.append ─ durable ─▶ matcher ─▶ events ─┬─▶ orders ─ later ─▶ store, snapshots
 *                                                                   ├─▶ outcomes ─▶ receipt
 *                                                                   └─▶ feed, lake
 *
 * A receipt is given after the command is durable and matched, also for a command that repeats an order in flight.
 * Orders and trades reach the store a moment later; until then they are found here. State that a crash loses is
 * rebuilt from the stream with the same result.
 */

import { listInstruments, viewBook } from './matcher/book-view.ts'
import type { ExchangeMatcher, OnApplied } from './matcher/exchange-matcher.ts'
import { ExpiryTimer } from './matcher/expiry-timer.ts'
import { readDepth } from './matcher/read-depth.ts'
import { Admission, failedReceipt } from './orders/admission.ts'
import type { ExchangeOrders } from './orders/exchange-orders.ts'
import { Outcomes } from './orders/outcomes.ts'
import type { Capacity } from './ports/capacity.ts'
import type { Kept } from './ports/commit-store.ts'
import type { DepthPart } from './ports/depth-reader.ts'
import type { FeedStart } from './ports/event-feed.ts'
import type { Accepted, Receipt } from './ports/order-entry.ts'
import type { OrderStream, StreamRecord } from './ports/order-stream.ts'
import type { Paced } from './ports/paced.ts'
import type { RecordFold } from './ports/record-fold.ts'
import type { Trouble } from './ports/trouble.ts'
import type { BookState } from './protocol/book-state.ts'
import type { Command, PlaceOrder } from './protocol/command/commands.ts'
import { selectLines } from './protocol/command/select-lines.ts'
import type { EventCursor, EventFold } from './protocol/event/event-cursor.ts'
import { EventFeedWriter } from './protocol/event/event-feed-writer.ts'
import type { InstrumentDirectory } from './protocol/instrument/instrument-directory.ts'
import { isSameOrder, type OrderRecord } from './protocol/records.ts'
import type { ExchangeState } from './recovery/exchange-state.ts'
import { type KeeperPorts, RecordKeeper } from './recovery/record-keeper.ts'
import type { Recovery } from './recovery/recover.ts'

export interface ExchangePorts extends KeeperPorts {
  readonly stream: OrderStream
  readonly capacity: Capacity
  /** Receives the events that concern symbols (instruments, phases, bands, rules) as a batch of the feed. */
  readonly onSymbolEvents?: (batch: Uint8Array<ArrayBuffer>) => void
  /** Receives all events of each record as a batch of the feed, while the feed is on. */
  readonly onEvents?: (batch: Uint8Array<ArrayBuffer>) => void
  /** Receives each new event and record. Absent: there is no data lake. */
  readonly lake?: RecordFold | undefined
  /** Receives each new event, to count it. */
  readonly counts?: EventFold
}

export interface ExchangeCounts {
  readonly position: string
  readonly commands: number
  readonly events: number
  readonly trades: number
  readonly openOrders: number
  readonly uncommittedEvents: number
  readonly rules: number
}

export class Exchange implements EventFold {
  private readonly state: ExchangeState
  private readonly matcher: ExchangeMatcher
  /** Open orders, and closed orders and trades that are not stored yet. */
  readonly orders: ExchangeOrders
  private readonly ports: ExchangePorts
  /** Commands for whose outcome a caller waits. */
  private readonly outcomes = new Outcomes()
  /** The present instruments. */
  readonly instruments: InstrumentDirectory
  private readonly admission: Admission
  private readonly symbolEvents = new EventFeedWriter()
  /** Present while the feed is on. */
  private feed: EventFeedWriter | undefined
  private readonly keeper: RecordKeeper
  private readonly expiry: ExpiryTimer

  constructor(recovery: Pick<Recovery, 'state' | 'replayedCommands'>, ports: ExchangePorts) {
    const { state } = recovery
    this.state = state
    this.matcher = state.matcher
    this.orders = state.orders
    this.ports = ports
    this.instruments = listInstruments(state.matcher)
    this.keeper = new RecordKeeper(recovery, ports)
    this.admission = new Admission({
      capacity: ports.capacity,
      instruments: this.instruments,
      uncommitted: () => this.orders.uncommitted,
      trouble: () => this.trouble,
      openOrder: (account, orderId) => this.orders.find(account, orderId),
      find: (account, orderId) => this.find(account, orderId),
      openCount: (account) => this.matcher.counts.of(account),
    })
    this.expiry = new ExpiryTimer(this.matcher, ports, (commands, lines) => this.submit(commands, lines, []))
    // The first look at a book counts its orders, so it must not be that of a request.
    for (const symbol of state.matcher.symbols.keys()) this.book(symbol, 0)
    this.expiry.schedule()
  }

  /**
   * Submits commands in sequence. `lines` is their encoding, a newline after each. Resolves when they are durable and
   * matched. If `waits[i]` is set, the receipt contains the outcome. Throws OperationalFailure if no command became
   * durable. A command that failed beside others has a receipt that says so.
   */
  async submit(commands: readonly Command[], lines: Uint8Array, waits: readonly boolean[]): Promise<Receipt[]> {
    const { promise: end, resolve: settle } = settlement()
    const places: number[] = []
    const repeats: number[] = []
    const refused: [number, Receipt][] = []
    const congestion = this.admission.congestion()
    for (let i = 0; i < commands.length; i++) {
      const admitted = this.admission.enter(commands[i], end, congestion)
      if (admitted === 'repeats') repeats.push(i)
      else if (admitted !== 'enters') refused.push([i, admitted])
      if (admitted !== 'enters') continue
      places.push(i)
      if (waits[i]) this.outcomes.expect(commands[i])
    }
    if (congestion !== undefined && refused.length === commands.length) throw congestion
    const all = places.length === commands.length
    const taken = all ? commands : places.map((i) => commands[i])
    const receipts = new Array<Receipt>(commands.length)
    try {
      const receivedAtMs =
        taken.length === 0 ? 0 : await this.ports.stream.append(all ? lines : selectLines(lines, places), taken)
      const accepted: Accepted = { kind: 'accepted', receivedAtMs }
      for (const i of places) receipts[i] = waits[i] ? this.withOutcome(accepted, commands[i]) : accepted
    } catch (cause) {
      for (const command of taken) this.outcomes.collect(command)
      if (all) throw cause
      const failed = failedReceipt(cause)
      for (const i of places) receipts[i] = failed
    } finally {
      for (const command of taken) this.admission.leave(command)
      settle()
    }
    for (const [i, refusal] of refused) receipts[i] = refusal
    for (const i of repeats) {
      receipts[i] = await this.repetition(commands[i] as PlaceOrder, selectLines(lines, [i]), waits[i])
    }
    return receipts
  }

  /** The caller calls this with each durable record, in order, before its appends resolve. */
  onDurable(record: StreamRecord): void {
    const { outcomes, feed } = this
    const find = (account: string, orderId: string) => this.find(account, orderId)
    const onApplied: OnApplied | undefined =
      outcomes.size > 0 ? (i, rejection) => outcomes.complete(record.commands[i], find, rejection) : undefined
    this.state.apply(record, this, onApplied)
    const concerning = this.symbolEvents.flush()
    if (concerning !== undefined) this.ports.onSymbolEvents?.(concerning)
    const batch = feed?.flush()
    if (batch !== undefined) this.ports.onEvents?.(batch)
    this.ports.lake?.recordTaken(record)
    this.keeper.applied()
    this.expiry.schedule()
  }

  /** Passes an event to the outcomes, the feed, the counts and the lake. The orders have received it before. */
  take(event: EventCursor): void {
    if (event.concernsSymbol) {
      this.instruments.take(event)
      this.symbolEvents.take(event)
      this.book(event.symbol, 0)
    }
    if (this.outcomes.size > 0) this.outcomes.take(event)
    if (this.feed !== undefined) this.feed.take(event)
    if (this.ports.counts !== undefined) this.ports.counts.take(event)
    if (this.ports.lake !== undefined) this.ports.lake.take(event)
  }

  /** Turns the feed of events on, if it is off. The next batch has the events of the record after the returned one. */
  startFeed(): FeedStart {
    this.feed ??= new EventFeedWriter()
    return this.reached()
  }

  /** The last record that was matched, and the last numbers of each symbol. */
  reached(): FeedStart {
    const { position, timestampMs } = this.matcher
    return { position, timestampMs, symbols: this.matcher.numbers() }
  }

  stopFeed(): void {
    this.feed = undefined
  }

  /** The present record of an order; undefined before the order is durable. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.orders.find(account, orderId) ?? this.ports.store.find(account, orderId)
  }

  book(symbol: string, levels: number): BookState {
    return viewBook(symbol, this.matcher.symbols.get(symbol), levels)
  }

  /**
   * All levels of a book. `onPart` receives each part but the last, which is returned. A step is between two records,
   * so a part contains whole commands.
   */
  depth(symbol: string, onPart: (part: DepthPart) => void): Paced<DepthPart> {
    return readDepth(this.matcher.symbols.get(symbol), onPart)
  }

  /** Commits everything that is matched, so that the store has it. Throws OperationalFailure if the store fails. */
  commit(): Promise<void> {
    return this.keeper.commit()
  }

  /** Present while the store fails. */
  get trouble(): Trouble | undefined {
    return this.keeper.trouble
  }

  /** The state hash: a digest of everything that matching depends on. */
  stateHash(): string {
    return this.state.stateHash()
  }

  /** Counts of the applied commands, events and trades. */
  counts(): ExchangeCounts {
    const { position, commandCount, eventCount, tradeCount, openOrderCount, rules } = this.matcher
    return {
      position,
      commands: commandCount,
      events: eventCount,
      trades: tradeCount,
      openOrders: openOrderCount,
      uncommittedEvents: this.orders.uncommitted,
      rules,
    }
  }

  /**
   * Commits, and stores a snapshot so that the next start is fast. Neither is needed: the log has everything. A
   * snapshot that would take longer than `leftMs` returns is skipped. The caller closes the stream first.
   */
  close(leftMs: () => number = () => Number.POSITIVE_INFINITY): Promise<Kept> {
    this.expiry.cancel()
    return this.keeper.close(leftMs)
  }

  /** Stores nothing more. Resolves when nothing is being stored. */
  abandon(): Promise<void> {
    this.expiry.cancel()
    return this.keeper.abandon()
  }

  private withOutcome(accepted: Accepted, command: Command): Receipt {
    const outcome = this.outcomes.collect(command)
    return outcome === undefined ? accepted : { ...accepted, outcome }
  }

  /** The receipt for an order with a known id, after the first command with it was matched or has failed. */
  private async repetition(order: PlaceOrder, line: Uint8Array, wait: boolean): Promise<Receipt> {
    await this.admission.ended(order.account, order.orderId)
    const known = this.find(order.account, order.orderId)
    if (known === undefined) {
      // Its failure is its own: other commands of the call may have become durable.
      return this.submit([order], line, [wait]).then(([receipt]) => receipt, failedReceipt)
    }
    return isSameOrder(known, order) ? { kind: 'repeated', order: known } : { kind: 'conflict' }
  }
}

/** A promise and the function that resolves it. */
function settlement(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settled) => {
    resolve = settled
  })
  return { promise, resolve }
}
