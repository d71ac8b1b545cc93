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
import { AccountOrders } from './orders/account-orders.ts'
import type { ExchangeOrders } from './orders/exchange-orders.ts'
import { Outcomes } from './orders/outcomes.ts'
import { type CommitStore, StaleCommit } from './ports/commit-store.ts'
import type { Accepted, Receipt } from './ports/order-entry.ts'
import type { OrderStream, StreamRecord } from './ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from './ports/snapshot-store.ts'
import { BrokenInvariant } from './protocol/assert.ts'
import type { BookState } from './protocol/book-state.ts'
import type { Command, PlaceOrder } from './protocol/command/commands.ts'
import { selectLines } from './protocol/command/select-lines.ts'
import type { EventCursor, EventFold } from './protocol/event/event-cursor.ts'
import { EventFeedWriter } from './protocol/event/event-feed-writer.ts'
import { OperationalFailure } from './protocol/failure.ts'
import type { InstrumentDirectory } from './protocol/instrument/instrument-directory.ts'
import { InstrumentLimit } from './protocol/instrument/instrument-limit.ts'
import { COMMIT_EVENTS, UNCOMMITTED_EVENTS_MAX } from './protocol/limits.ts'
import { isSameOrder, type OrderRecord } from './protocol/records.ts'
import { takeSnapshot } from './recovery/exchange-snapshot.ts'
import type { ExchangeState } from './recovery/exchange-state.ts'
import { commitPending, type Recovery } from './recovery/recover.ts'

export interface ExchangePorts {
  readonly stream: OrderStream
  readonly store: CommitStore
  readonly snapshots: SnapshotStore
  readonly nowMs: () => number
  /** Calls back once, after at least `delayMs`. Returns a function that prevents the call. */
  readonly later: (delayMs: number, call: () => void) => () => void
  /** Called for failures that the exchange will retry. */
  readonly onTrouble: (what: string, cause: unknown) => void
  /** Receives the events that concern symbols (instruments, phases, bands, rules) as a batch of the feed. */
  readonly onSymbolEvents?: (batch: Uint8Array<ArrayBuffer>) => void
  /** Receives all events of each record as a batch of the feed, while the feed is on. */
  readonly onEvents?: (batch: Uint8Array<ArrayBuffer>) => void
}

const TOO_MANY_INSTRUMENTS: Receipt = { kind: 'refused', code: 'too_many_instruments' }

/** Time until events are committed. */
const COMMIT_DELAY_MS = 40
const RETRY_MS = 1_000
/**
 * Commands between snapshots: about half a second of recovery, or twice the open orders if that is more. A snapshot
 * takes time in proportion to the open orders, and matching waits for it.
 */
const SNAPSHOT_COMMANDS = 250_000
const SNAPSHOT_COMMANDS_PER_ORDER = 2
/** The longest delay of a timer: 2^31−1 ms. */
const TIMER_MAX_MS = 2 ** 31 - 1

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
  private snapshotCommands: number
  private cancelCommit: (() => void) | undefined
  private committing: Promise<void> | undefined
  private cancelExpiry: (() => void) | undefined
  private expiryMs = Number.POSITIVE_INFINITY
  private storeFails = false

  constructor({ state, replayedCommands }: Pick<Recovery, 'state' | 'replayedCommands'>, ports: ExchangePorts) {
    this.state = state
    this.matcher = state.matcher
    this.orders = state.orders
    this.ports = ports
    this.instruments = listInstruments(state.matcher)
    this.limit = new InstrumentLimit(this.instruments)
    this.snapshotCommands = state.matcher.commandCount - replayedCommands
    this.scheduleExpiry()
  }

  /**
   * Submits commands in sequence. `lines` is their encoding, a newline after each. Resolves when they are durable and
   * matched. If `waits[i]` is set, the receipt contains the outcome. Throws OperationalFailure if no command became
   * durable.
   */
  async submit(commands: readonly Command[], lines: Uint8Array, waits: readonly boolean[]): Promise<Receipt[]> {
    if (this.storeFails && this.orders.uncommitted > UNCOMMITTED_EVENTS_MAX) {
      throw new OperationalFailure('storage_full', 'the store accepts no records', { retryable: true })
    }
    const { promise: end, resolve: settle } = settlement()
    const places: number[] = []
    const repeats: number[] = []
    const refused: number[] = []
    for (let i = 0; i < commands.length; i++) {
      if (!this.limit.enter(commands[i])) {
        refused.push(i)
        continue
      }
      if (!this.admit(commands[i], end)) {
        repeats.push(i)
        continue
      }
      places.push(i)
      if (waits[i]) this.outcomes.expect(commands[i])
    }
    const all = places.length === commands.length
    const taken = all ? commands : places.map((i) => commands[i])
    let receivedAtMs = 0
    try {
      if (taken.length > 0) {
        receivedAtMs = await this.ports.stream.append(all ? lines : selectLines(lines, places), taken)
      }
    } catch (cause) {
      for (const command of taken) this.outcomes.collect(command)
      throw cause
    } finally {
      for (const command of taken) this.leave(command)
      settle()
    }
    const accepted: Accepted = { kind: 'accepted', receivedAtMs }
    const receipts = new Array<Receipt>(commands.length).fill(accepted)
    for (const i of places) if (waits[i]) receipts[i] = this.withOutcome(accepted, commands[i])
    for (const i of refused) receipts[i] = TOO_MANY_INSTRUMENTS
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
    const many = this.orders.uncommitted > COMMIT_EVENTS && this.committing === undefined && !this.storeFails
    this.commitSoon(many ? 0 : COMMIT_DELAY_MS)
    this.scheduleExpiry()
  }

  /** Passes an event to the outcomes and the feed. The orders have received it before. */
  take(event: EventCursor): void {
    if (event.concernsSymbol) {
      this.instruments.take(event)
      this.symbolEvents.take(event)
    }
    if (this.outcomes.size > 0) this.outcomes.take(event)
    if (this.feed !== undefined) this.feed.take(event)
  }

  /** Starts or stops the feed of events. */
  readFeed(on: boolean): void {
    this.feed = on ? (this.feed ?? new EventFeedWriter()) : undefined
  }

  /** The present record of an order; undefined before the order is durable. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.orders.find(account, orderId) ?? this.ports.store.find(account, orderId)
  }

  book(symbol: string, levels: number): BookState {
    return viewBook(symbol, this.matcher.symbols.get(symbol), levels)
  }

  /** Commits everything that is matched, so that listings of the store are complete. */
  async commit(): Promise<void> {
    const position = this.matcher.position
    while (this.orders.committed < position) {
      this.committing ??= this.commitNow().finally(() => {
        this.committing = undefined
      })
      await this.committing
    }
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

  /** Commits, and stores a snapshot so that the next start is fast. The caller closes the stream first. */
  async close(): Promise<void> {
    this.cancelExpiry?.()
    await this.commit()
    if (this.matcher.commandCount > this.snapshotCommands) await this.keep(this.snapshot())
  }

  /** Whether a command may enter the stream. If so, its order id is in flight until `end`. */
  private admit(command: Command, end: Promise<void>): boolean {
    if (command.kind !== 'PlaceOrder') return true
    const { account, orderId } = command
    if (this.inFlight.get(account, orderId) !== undefined || this.find(account, orderId) !== undefined) return false
    this.inFlight.set(account, orderId, end)
    return true
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
    if (known === undefined) return (await this.submit([order], line, [wait]))[0]
    return isSameOrder(known, order) ? { kind: 'repeated', order: known } : { kind: 'conflict' }
  }

  private async commitNow(): Promise<void> {
    this.cancelCommit?.()
    this.cancelCommit = undefined
    // Taken at the end of the commit, because recovery can use a snapshot only if the store is not behind it.
    const snapshot = this.isSnapshotDue() ? this.snapshot() : undefined
    try {
      await commitPending(this.state, this.ports.store)
      this.storeFails = false
    } catch (cause) {
      this.storeFails = true
      throw cause
    }
    if (snapshot !== undefined) await this.keep(snapshot)
  }

  private commitSoon(delayMs: number): void {
    if (delayMs > 0 && this.cancelCommit !== undefined) return
    this.cancelCommit?.()
    this.cancelCommit = this.ports.later(delayMs, () => {
      this.cancelCommit = undefined
      this.commit().catch((cause) => {
        // An inconsistent book, or a second matcher: matching must stop.
        if (cause instanceof BrokenInvariant || cause instanceof StaleCommit) throw cause
        this.ports.onTrouble('orders and trades could not be stored; trying again', cause)
        this.commitSoon(RETRY_MS)
      })
    })
  }

  private isSnapshotDue(): boolean {
    const { commandCount, openOrderCount } = this.matcher
    const since = commandCount - this.snapshotCommands
    return since >= Math.max(SNAPSHOT_COMMANDS, openOrderCount * SNAPSHOT_COMMANDS_PER_ORDER)
  }

  private snapshot(): Snapshot {
    this.snapshotCommands = this.matcher.commandCount
    return { position: this.matcher.position, bytes: takeSnapshot(this.state) }
  }

  /** Without a snapshot the next start only takes longer, so a failure is reported and not thrown. */
  private async keep(snapshot: Snapshot): Promise<void> {
    try {
      // The store must reach the disk first, so that the snapshot is never ahead of it.
      await this.ports.store.flushed()
      await this.ports.snapshots.save(snapshot)
    } catch (cause) {
      this.ports.onTrouble('the snapshot could not be stored', cause)
    }
  }

  /** In a quiet market no command passes the time to the book, so this sends one when an order expires. */
  private scheduleExpiry(): void {
    const dueMs = this.matcher.nextExpiryMs()
    if (dueMs === this.expiryMs) return
    this.expiryMs = dueMs
    this.cancelExpiry?.()
    this.cancelExpiry = undefined
    if (dueMs === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(dueMs - this.ports.nowMs(), 0) + 1, TIMER_MAX_MS)
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

/** A promise and the function that resolves it. */
function settlement(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settled) => {
    resolve = settled
  })
  return { promise, resolve }
}
