/**
 * The exchange on one page: commands are admitted, made durable, matched, answered, committed and, from time
 * to time, saved as a snapshot. It is given its ports and knows no disk, socket or clock.
 *
 *   submit ─ admit ─▶ stream.append ─ durable ─▶ matcher ─▶ events ─┬─▶ orders ─ later ─▶ store, snapshots
 *                                                                   ├─▶ outcomes ─▶ receipt
 *                                                                   └─▶ feed
 *
 * The stream is the truth. A receipt is given after the command is durable and matched, also for a command
 * that repeats an order still in flight. Orders and trades reach the store a moment later; until then they are
 * found here. Whatever is lost on the way is made again from the stream, with the same result.
 */

import { listInstruments, viewBook } from './matcher/book-view.ts'
import type { ExchangeMatcher } from './matcher/exchange-matcher.ts'
import { AccountOrders } from './orders/account-orders.ts'
import type { ExchangeOrders } from './orders/exchange-orders.ts'
import { Outcomes } from './orders/outcomes.ts'
import { type CommitStore, StaleCommit } from './ports/commit-store.ts'
import type { Accepted, Receipt } from './ports/order-entry.ts'
import type { OrderQuery, OrderReader, Page } from './ports/order-reader.ts'
import type { OrderStream, StreamRecord } from './ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from './ports/snapshot-store.ts'
import { BrokenInvariant } from './protocol/assert.ts'
import type { BookState } from './protocol/book-state.ts'
import type { Command, PlaceOrder } from './protocol/commands.ts'
import type { EventCursor, EventFold } from './protocol/event-cursor.ts'
import { EventFeedWriter } from './protocol/event-feed.ts'
import { OperationalFailure } from './protocol/failure.ts'
import type { InstrumentDirectory } from './protocol/instrument-directory.ts'
import { COMMIT_EVENTS, UNCOMMITTED_EVENTS_MAX } from './protocol/limits.ts'
import { isSameOrder, type OrderRecord } from './protocol/records.ts'
import { selectLines } from './protocol/select-lines.ts'
import { takeSnapshot } from './recovery/exchange-snapshot.ts'
import type { ExchangeState } from './recovery/exchange-state.ts'
import { commitPending, type Recovery } from './recovery/recover.ts'

export interface ExchangePorts {
  readonly stream: OrderStream
  readonly store: CommitStore & Pick<OrderReader, 'list'>
  readonly snapshots: SnapshotStore
  readonly nowMs: () => number
  /** Calls back once, after at least `delayMs`; answers how to prevent it. */
  readonly later: (delayMs: number, call: () => void) => () => void
  /** Told of failures that the exchange will try again. */
  readonly onTrouble: (what: string, cause: unknown) => void
  /** Given the events that concern symbols (instruments, phases, bands, rules) as a batch of the feed. */
  readonly onSymbolEvents?: (batch: Uint8Array<ArrayBuffer>) => void
  /** Given all events of each record as a batch of the feed, while somebody reads it. */
  readonly onEvents?: (batch: Uint8Array<ArrayBuffer>) => void
}

/** How long events wait for a commit. */
const COMMIT_DELAY_MS = 40
const RETRY_MS = 1_000
/**
 * Commands between snapshots: about half a second of replay, or twice the open orders if that is more. A
 * snapshot takes longer the more of them there are, and matching waits for it.
 */
const SNAPSHOT_COMMANDS = 250_000
const SNAPSHOT_COMMANDS_PER_ORDER = 2
/** Timers do not reach further than 2^31−1 ms. */
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
  private readonly orders: ExchangeOrders
  private readonly ports: ExchangePorts
  /** The end of the append that carries an order, until it is matched or refused. */
  private readonly inFlight = new AccountOrders<Promise<void>>()
  /** Commands whose outcome somebody waits for. */
  private readonly outcomes = new Outcomes()
  /** What is traded now. */
  readonly instruments: InstrumentDirectory
  private readonly symbolEvents = new EventFeedWriter()
  /** Present while somebody reads the feed. */
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
    this.snapshotCommands = state.matcher.commandCount - replayedCommands
    this.scheduleExpiry()
  }

  /**
   * Takes commands in sequence, `lines` being their encoding, a newline after each. Resolves when they
   * are durable and matched; where `waits[i]`, the receipt carries the outcome. Throws
   * OperationalFailure if none was made durable.
   */
  async submit(commands: readonly Command[], lines: Uint8Array, waits: readonly boolean[]): Promise<Receipt[]> {
    if (this.storeFails && this.orders.uncommitted > UNCOMMITTED_EVENTS_MAX) {
      throw new OperationalFailure('storage_full', 'the store takes no records', { retryable: true })
    }
    const { promise: end, resolve: settle } = settlement()
    const places: number[] = []
    const repeats: number[] = []
    for (let i = 0; i < commands.length; i++) {
      if (!this.admit(commands[i], end)) {
        repeats.push(i)
        continue
      }
      places.push(i)
      if (waits[i]) this.outcomes.expect(commands[i])
    }
    const all = repeats.length === 0
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
    for (const i of repeats) {
      receipts[i] = await this.repetition(commands[i] as PlaceOrder, selectLines(lines, [i]), waits[i])
    }
    return receipts
  }

  /** To be called with each durable record, in order, before its appends resolve. */
  onDurable(record: StreamRecord): void {
    const { outcomes, feed } = this
    const find = (account: string, orderId: string) => this.find(account, orderId)
    const onApplied = outcomes.size > 0 ? (i: number) => outcomes.complete(record.commands[i], find) : undefined
    this.state.apply(record, this, onApplied)
    const concerning = this.symbolEvents.flush()
    if (concerning !== undefined) this.ports.onSymbolEvents?.(concerning)
    const batch = feed?.flush()
    if (batch !== undefined) this.ports.onEvents?.(batch)
    const many = this.orders.uncommitted > COMMIT_EVENTS && this.committing === undefined && !this.storeFails
    this.commitSoon(many ? 0 : COMMIT_DELAY_MS)
    this.scheduleExpiry()
  }

  /** Takes an event for those who wait and those who read; the orders have taken it. */
  take(event: EventCursor): void {
    if (event.concernsSymbol) {
      this.instruments.take(event)
      this.symbolEvents.take(event)
    }
    if (this.outcomes.size > 0) this.outcomes.take(event)
    if (this.feed !== undefined) this.feed.take(event)
  }

  /** Begins or ends the feed of events. */
  readFeed(on: boolean): void {
    this.feed = on ? (this.feed ?? new EventFeedWriter()) : undefined
  }

  /** The record of an order as it stands; one that is not durable yet is not there. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.orders.find(account, orderId) ?? this.ports.store.find(account, orderId)
  }

  book(symbol: string, levels: number): BookState {
    return viewBook(symbol, this.matcher.symbols.get(symbol), levels)
  }

  /** Orders of an account, newest first. Throws BadCursor. */
  list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    return this.orders.list(account, query, () => this.ports.store.list(account, query))
  }

  /** Brings the store up to what is matched now, so that listings show everything. */
  async commit(): Promise<void> {
    const position = this.matcher.position
    while (this.orders.committed < position) {
      this.committing ??= this.commitNow().finally(() => {
        this.committing = undefined
      })
      await this.committing
    }
  }

  /** A digest of all that matching depends on. */
  stateHash(): string {
    return this.state.stateHash()
  }

  /** Counters of what has been applied. */
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

  /** Commits, and keeps a snapshot so that the next start is quick. The stream must be closed first. */
  async close(): Promise<void> {
    this.cancelExpiry?.()
    await this.commit()
    if (this.matcher.commandCount > this.snapshotCommands) await this.keep(this.snapshot())
  }

  /** Whether a command may enter the stream; if so its id is in flight until `end`. Only ids have a memory here. */
  private admit(command: Command, end: Promise<void>): boolean {
    if (command.kind !== 'PlaceOrder') return true
    const { account, orderId } = command
    if (this.inFlight.get(account, orderId) !== undefined || this.find(account, orderId) !== undefined) return false
    this.inFlight.set(account, orderId, end)
    return true
  }

  private leave(command: Command): void {
    if (command.kind === 'PlaceOrder') this.inFlight.delete(command.account, command.orderId)
  }

  private withOutcome(accepted: Accepted, command: Command): Receipt {
    const outcome = this.outcomes.collect(command)
    return outcome === undefined ? accepted : { ...accepted, outcome }
  }

  /** The answer to an order whose id is known, once its first sending has ended; that may have failed. */
  private async repetition(order: PlaceOrder, line: Uint8Array, wait: boolean): Promise<Receipt> {
    await this.inFlight.get(order.account, order.orderId)
    const known = this.find(order.account, order.orderId)
    if (known === undefined) return (await this.submit([order], line, [wait]))[0]
    return isSameOrder(known, order) ? { kind: 'repeated', order: known } : { kind: 'conflict' }
  }

  private async commitNow(): Promise<void> {
    this.cancelCommit?.()
    this.cancelCommit = undefined
    // Taken where the commit will end: recovery can use a snapshot only where the store has been.
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
        // A book that contradicts itself, or a second matcher: stop rather than trade on.
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

  /** Without a snapshot the next start only takes longer: a failure is told, not thrown. */
  private async keep(snapshot: Snapshot): Promise<void> {
    try {
      // On disk, too, it must not be ahead of the store.
      await this.ports.store.flushed()
      await this.ports.snapshots.save(snapshot)
    } catch (cause) {
      this.ports.onTrouble('the snapshot could not be kept', cause)
    }
  }

  /** In a quiet market nothing would carry the time to the book: send a command when an order is due. */
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

/** A promise and the way to end it. */
function settlement(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {}
  const promise = new Promise<void>((settled) => {
    resolve = settled
  })
  return { promise, resolve }
}
