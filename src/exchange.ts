/**
 * The exchange on one page: commands are admitted, made durable, matched, answered, committed and
 * from time to time kept as a snapshot. It is given its ports and knows no disk, socket or clock.
 *
 *   submit ─ admit ─▶ stream.append ─ durable ─▶ matcher.apply ─▶ receipt
 *                                                     └─ later ─▶ store.commit ─▶ snapshots.save
 *
 * The stream is the truth. A receipt is given after the command is durable and matched, also to one
 * that repeats an order still on its way; orders and trades reach the store a moment later, and what
 * has not is found here meanwhile. Whatever is lost on the way is made again from the stream, the same.
 */

import { viewBook } from './matcher/book-view.ts'
import type { ExchangeMatcher } from './matcher/exchange-matcher.ts'
import { listOrders } from './matcher/order-list.ts'
import { OrderNames } from './matcher/order-names.ts'
import { outcomeOf } from './matcher/outcome.ts'
import { commitPending, type Recovery } from './matcher/recovery.ts'
import { takeSnapshot } from './matcher/snapshot.ts'
import { type CommitStore, StaleCommit } from './ports/commit-store.ts'
import type { Accepted, Outcome, Receipt } from './ports/order-entry.ts'
import type { OrderQuery, OrderReader, Page } from './ports/order-reader.ts'
import type { OrderStream, StreamRecord } from './ports/order-stream.ts'
import type { Snapshot, SnapshotStore } from './ports/snapshot-store.ts'
import { BrokenInvariant } from './protocol/assert.ts'
import type { BookState } from './protocol/book-state.ts'
import type { Command, PlaceOrder } from './protocol/commands.ts'
import { OperationalFailure } from './protocol/failure.ts'
import { type OrderRecord, sameTerms } from './protocol/records.ts'
import { selectLines } from './protocol/select-lines.ts'

export interface ExchangePorts {
  readonly stream: OrderStream
  readonly store: CommitStore & Pick<OrderReader, 'list'>
  readonly snapshots: SnapshotStore
  readonly nowMs: () => number
  /** Calls back once, after at least `delayMs`; answers how to prevent it. */
  readonly later: (delayMs: number, call: () => void) => () => void
  /** Told of failures that the exchange will try again. */
  readonly onTrouble: (what: string, cause: unknown) => void
}

/** Trades and events that wait for a commit before one is made at once, and how long one may wait. */
const UNCOMMITTED_MAX = 10_000
const COMMIT_DELAY_MS = 40
/** Uncommitted events beyond which no more orders are taken: the store has been failing for long. */
const UNCOMMITTED_LIMIT = 1_000_000
const RETRY_MS = 1_000
/**
 * Commands between snapshots: about half a second of replay, or twice the open orders if that is more. A
 * snapshot takes longer the more of them there are, and matching waits for it.
 */
const SNAPSHOT_COMMANDS = 250_000
const SNAPSHOT_COMMANDS_PER_ORDER = 2
/** Timers do not reach further than 2^31−1 ms. */
const TIMER_MAX_MS = 2 ** 31 - 1

export class Exchange {
  readonly matcher: ExchangeMatcher
  private readonly ports: ExchangePorts
  /** The end of the append that carries an order, until it is matched or refused. */
  private readonly inFlight = new OrderNames<Promise<void>>()
  /** Commands whose outcome somebody waits for. */
  private readonly outcomes = new Map<Command, Outcome | undefined>()
  private snapshotCommands: number
  private cancelCommit: (() => void) | undefined
  private committing: Promise<void> | undefined
  private cancelExpiry: (() => void) | undefined
  private expiryMs = Number.POSITIVE_INFINITY
  private storeFails = false

  constructor({ matcher, replayedCommands }: Pick<Recovery, 'matcher' | 'replayedCommands'>, ports: ExchangePorts) {
    this.matcher = matcher
    this.ports = ports
    this.snapshotCommands = matcher.commandCount - replayedCommands
    this.scheduleExpiry()
  }

  /**
   * Takes commands in sequence, `lines` being their encoding, a newline after each. Resolves when they
   * are durable and matched; where `waits[i]`, the receipt carries the outcome. Throws
   * OperationalFailure if none was made durable.
   */
  async submit(commands: readonly Command[], lines: Uint8Array, waits: readonly boolean[]): Promise<Receipt[]> {
    if (this.storeFails && this.matcher.uncommitted > UNCOMMITTED_LIMIT) {
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
      if (waits[i]) this.outcomes.set(commands[i], undefined)
    }
    const all = repeats.length === 0
    const taken = all ? commands : places.map((i) => commands[i])
    let receivedAtMs = 0
    try {
      if (taken.length > 0) {
        receivedAtMs = await this.ports.stream.append(all ? lines : selectLines(lines, places), taken)
      }
    } catch (cause) {
      for (const command of taken) this.outcomes.delete(command)
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
    const wanted = this.outcomes.size > 0
    this.matcher.apply(
      record,
      wanted
        ? (i, events) => {
            const command = record.commands[i]
            if (!this.outcomes.has(command)) return
            const order = 'orderId' in command ? this.find(command.account, command.orderId) : undefined
            this.outcomes.set(command, outcomeOf(command, events, order))
          }
        : undefined,
    )
    const many = this.matcher.uncommitted > UNCOMMITTED_MAX && this.committing === undefined && !this.storeFails
    this.commitSoon(many ? 0 : COMMIT_DELAY_MS)
    this.scheduleExpiry()
  }

  /** The record of an order as it stands; one that is not durable yet is not there. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.matcher.find(account, orderId) ?? this.ports.store.find(account, orderId)
  }

  book(symbol: string, levels: number): BookState {
    return viewBook(symbol, this.matcher.symbols.get(symbol), levels)
  }

  /** Orders of an account, newest first. Throws BadCursor. */
  list(account: string, query: OrderQuery): Promise<Page<OrderRecord>> {
    return listOrders(account, query, this.matcher, () => this.ports.store.list(account, query))
  }

  /** Brings the store up to what is matched now, so that listings show everything. */
  async commit(): Promise<void> {
    const position = this.matcher.position
    while (this.matcher.committed < position) {
      this.committing ??= this.commitNow().finally(() => {
        this.committing = undefined
      })
      await this.committing
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
    const outcome = this.outcomes.get(command)
    this.outcomes.delete(command)
    return outcome === undefined ? accepted : { ...accepted, outcome }
  }

  /** The answer to an order whose id is known, once its first sending has ended; that may have failed. */
  private async repetition(order: PlaceOrder, line: Uint8Array, wait: boolean): Promise<Receipt> {
    await this.inFlight.get(order.account, order.orderId)
    const known = this.find(order.account, order.orderId)
    if (known === undefined) return (await this.submit([order], line, [wait]))[0]
    return sameTerms(known, order) ? { kind: 'repeated', order: known } : { kind: 'conflict' }
  }

  private async commitNow(): Promise<void> {
    this.cancelCommit?.()
    this.cancelCommit = undefined
    // Taken where the commit will end: recovery can use a snapshot only where the store has been.
    const snapshot = this.isSnapshotDue() ? this.snapshot() : undefined
    try {
      await commitPending(this.matcher, this.ports.store)
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
    const { commandCount, liveCount } = this.matcher
    const since = commandCount - this.snapshotCommands
    return since >= Math.max(SNAPSHOT_COMMANDS, liveCount * SNAPSHOT_COMMANDS_PER_ORDER)
  }

  private snapshot(): Snapshot {
    this.snapshotCommands = this.matcher.commandCount
    return { position: this.matcher.position, bytes: takeSnapshot(this.matcher) }
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
