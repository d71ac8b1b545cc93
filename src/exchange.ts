/**
 * The exchange on one page: commands are admitted, made durable, matched, answered, committed and, at intervals,
 * saved in a snapshot. The caller passes the ports; there is no disk, socket or clock here.
 *
 *   submit ─ admit ─▶ stream.append ─ durable ─▶ matcher ─▶ events ─┬─▶ orders ─ later ─▶ store, snapshots
 *                                                                   ├─▶ outcomes ─▶ receipt
 *                                                                   └─▶ feed
 *
 * A receipt is given after the command is durable and matched, also for a command that repeats an order in flight.
 * Orders and trades reach the store a moment later; until then they are found here. State that a crash loses is
 * rebuilt from the stream with the same result.
 */

import { listInstruments, viewBook } from './matcher/book-view.ts'
import type { ExchangeMatcher, OnApplied } from './matcher/exchange-matcher.ts'
import { readDepth } from './matcher/read-depth.ts'
import { AccountOrders } from './orders/account-orders.ts'
import type { ExchangeOrders } from './orders/exchange-orders.ts'
import { type OpenNow, refusalOf } from './orders/open-order-bounds.ts'
import { Outcomes } from './orders/outcomes.ts'
import type { Capacity } from './ports/capacity.ts'
import type { Kept } from './ports/commit-store.ts'
import type { DepthPart } from './ports/depth-reader.ts'
import type { FeedStart } from './ports/event-feed.ts'
import type { Accepted, Failed, Receipt, Refused } from './ports/order-entry.ts'
import type { OrderStream, StreamRecord } from './ports/order-stream.ts'
import type { Paced } from './ports/paced.ts'
import type { Trouble } from './ports/trouble.ts'
import type { BookState } from './protocol/book-state.ts'
import type { Command, PlaceOrder } from './protocol/command/commands.ts'
import { selectLines } from './protocol/command/select-lines.ts'
import type { EventCursor, EventFold } from './protocol/event/event-cursor.ts'
import { EventFeedWriter } from './protocol/event/event-feed-writer.ts'
import { OperationalFailure } from './protocol/failure.ts'
import type { InstrumentDirectory } from './protocol/instrument/instrument-directory.ts'
import { InstrumentLimit } from './protocol/instrument/instrument-limit.ts'
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
}

const TOO_MANY_INSTRUMENTS: Receipt = { kind: 'refused', code: 'too_many_instruments' }

/** The limit of uncommitted events for cancels, as a multiple of the limit for other commands. */
const EVENTS_WITH_RESERVE = 1.25

const RETRY_MS = 1_000
/** The longest time between two looks at the clock while an order may expire. A timer alone would miss a step. */
const EXPIRY_CHECK_MS = 1_000

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
  /** By order in flight: resolves when its append is matched or has failed. */
  private readonly inFlight = new AccountOrders<Promise<void>>()
  /** Commands for whose outcome a caller waits. */
  private readonly outcomes = new Outcomes()
  /** The present instruments. */
  readonly instruments: InstrumentDirectory
  private readonly limit: InstrumentLimit
  private readonly symbolEvents = new EventFeedWriter()
  /** Present while the feed is on. */
  private feed: EventFeedWriter | undefined
  private readonly keeper: RecordKeeper
  private cancelExpiry: (() => void) | undefined
  private expiryMs = Number.POSITIVE_INFINITY

  constructor(recovery: Pick<Recovery, 'state' | 'replayedCommands'>, ports: ExchangePorts) {
    const { state } = recovery
    this.state = state
    this.matcher = state.matcher
    this.orders = state.orders
    this.ports = ports
    this.instruments = listInstruments(state.matcher)
    this.limit = new InstrumentLimit(this.instruments)
    this.keeper = new RecordKeeper(recovery, ports)
    // The first look at a book counts its orders, so it must not be that of a request.
    for (const symbol of state.matcher.symbols.keys()) this.book(symbol, 0)
    this.scheduleExpiry()
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
    const congestion = this.congestion()
    for (let i = 0; i < commands.length; i++) {
      if (congestion !== undefined && !this.isInReserve(commands[i])) {
        refused.push([i, failedReceipt(congestion)])
        continue
      }
      if (!this.limit.enter(commands[i])) {
        refused.push([i, TOO_MANY_INSTRUMENTS])
        continue
      }
      const admission = this.admitted(commands[i], end)
      if (admission === 'repeats') repeats.push(i)
      else if (admission !== 'enters') refused.push([i, admission])
      if (admission !== 'enters') continue
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
      for (const command of taken) this.leave(command)
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
    this.keeper.applied()
    this.scheduleExpiry()
  }

  /** Passes an event to the outcomes and the feed. The orders have received it before. */
  take(event: EventCursor): void {
    if (event.concernsSymbol) {
      this.instruments.take(event)
      this.symbolEvents.take(event)
      this.book(event.symbol, 0)
    }
    if (this.outcomes.size > 0) this.outcomes.take(event)
    if (this.feed !== undefined) this.feed.take(event)
  }

  /** Turns the feed of events on, if it is off. The next batch has the events of the record after the returned one. */
  startFeed(): FeedStart {
    this.feed ??= new EventFeedWriter()
    return { position: this.matcher.position, symbols: this.matcher.numbers() }
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
    this.cancelExpiry?.()
    return this.keeper.close(leftMs)
  }

  /** Stores nothing more. Resolves when nothing is being stored. */
  abandon(): Promise<void> {
    this.cancelExpiry?.()
    return this.keeper.abandon()
  }

  /** Like {@link admit}. A store that cannot be read fails the command. */
  private admitted(command: Command, end: Promise<void>): ReturnType<Exchange['admit']> {
    try {
      return this.admit(command, end)
    } catch (cause) {
      return failedReceipt(cause)
    }
  }

  /** Whether a command enters the stream. If so, its order id is in flight until `end`. */
  private admit(command: Command, end: Promise<void>): 'enters' | 'repeats' | Refused | Failed {
    const { capacity } = this.ports
    if (command.kind !== 'PlaceOrder') return refusalOf(command, capacity, this.openNow) ?? 'enters'
    const { account, orderId } = command
    if (this.inFlight.get(account, orderId) !== undefined || this.find(account, orderId) !== undefined) return 'repeats'
    const refused = refusalOf(command, capacity, this.openNow)
    if (refused !== undefined) return refused
    this.inFlight.set(account, orderId, end)
    return 'enters'
  }

  /** The failure of commands while too many events wait for the store. */
  private congestion(): OperationalFailure | undefined {
    if (this.orders.uncommitted <= this.ports.capacity.uncommittedEventsMax) return undefined
    return this.trouble === undefined
      ? new OperationalFailure('overloaded', 'the store is slower than the orders', { retryable: true })
      : new OperationalFailure('storage_full', 'the store accepts no records', { retryable: true })
  }

  /** Cancels have a reserve of events, so that traders can leave the market. */
  private isInReserve({ kind }: Command): boolean {
    if (kind !== 'CancelOrder' && kind !== 'CancelAllOrders' && kind !== 'AdvanceTime') return false
    return this.orders.uncommitted <= this.ports.capacity.uncommittedEventsMax * EVENTS_WITH_RESERVE
  }

  private readonly openNow: OpenNow = {
    // Orders in flight may all rest.
    count: (account) => this.matcher.index.counts.of(account) + this.inFlight.count(account),
    price: (account, orderId) => this.orders.find(account, orderId)?.price ?? undefined,
  }

  private leave(command: Command): void {
    this.limit.leave(command)
    if (command.kind === 'PlaceOrder') this.inFlight.delete(command.account, command.orderId)
  }

  private withOutcome(accepted: Accepted, command: Command): Receipt {
    const outcome = this.outcomes.collect(command)
    return outcome === undefined ? accepted : { ...accepted, outcome }
  }

  /** The receipt for an order with a known id, after the first command with it was matched or has failed. */
  private async repetition(order: PlaceOrder, line: Uint8Array, wait: boolean): Promise<Receipt> {
    await this.inFlight.get(order.account, order.orderId)
    const known = this.find(order.account, order.orderId)
    if (known === undefined) {
      // Its failure is its own: other commands of the call may have become durable.
      return this.submit([order], line, [wait]).then(([receipt]) => receipt, failedReceipt)
    }
    return isSameOrder(known, order) ? { kind: 'repeated', order: known } : { kind: 'conflict' }
  }

  /** In a quiet market no command passes the time to the book, so this sends one when an order expires. */
  private scheduleExpiry(): void {
    const dueMs = this.matcher.nextExpiryMs()
    if (dueMs === this.expiryMs) return
    this.expiryMs = dueMs
    this.cancelExpiry?.()
    this.cancelExpiry = undefined
    if (dueMs === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(dueMs - this.ports.nowMs(), 0) + 1, EXPIRY_CHECK_MS)
    this.cancelExpiry = this.ports.later(delayMs, () => {
      this.expiryMs = Number.NaN
      const commands = this.matcher
        .symbolsExpiring(this.ports.nowMs())
        .map((symbol) => ({ kind: 'AdvanceTime', symbol }) as const)
      if (commands.length === 0) return this.scheduleExpiry()
      const lines = Buffer.from(commands.map((command) => `${JSON.stringify(command)}\n`).join(''))
      this.submit(commands, lines, []).catch((cause) => {
        this.ports.onTrouble('the time could not be advanced; trying again', cause)
        this.cancelExpiry = this.ports.later(RETRY_MS, () => this.scheduleExpiry())
      })
    })
  }
}

/** Throws a cause that is not an operational failure. */
function failedReceipt(cause: unknown): Failed {
  if (!(cause instanceof OperationalFailure)) throw cause
  const { code, message, retryable } = cause
  return { kind: 'failed', code, message, retryable }
}

/** A promise and the function that resolves it. */
function settlement(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settled) => {
    resolve = settled
  })
  return { promise, resolve }
}
