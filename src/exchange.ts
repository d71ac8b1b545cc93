/**
 * The exchange on one page: commands are admitted, made durable, matched, answered, committed and
 * from time to time kept as a snapshot. It is given its ports and knows no disk, socket or clock.
 *
 *   submit ─ admit ─▶ stream.append ─ durable ─▶ matcher.apply ─▶ receipt
 *                                                     └─ later ─▶ store.commit ─▶ snapshots.save
 *
 * The stream is the truth. A receipt is given after the command is durable and matched; orders and
 * trades reach the store a moment later, and what has not is found here meanwhile. Whatever is lost
 * on the way is made again from the stream, the same.
 */

import { viewBook } from './matcher/book-view.ts'
import type { ExchangeMatcher } from './matcher/exchange-matcher.ts'
import { orderKey } from './matcher/live-order.ts'
import { outcomeOf } from './matcher/outcome.ts'
import { commitPending } from './matcher/recovery.ts'
import { takeSnapshot } from './matcher/snapshot.ts'
import type { CommitStore } from './ports/commit-store.ts'
import type { Outcome, Receipt } from './ports/order-entry.ts'
import type { OrderStream, StreamRecord } from './ports/order-stream.ts'
import type { SnapshotStore } from './ports/snapshot-store.ts'
import type { BookState } from './protocol/book-state.ts'
import type { Command, PlaceOrder } from './protocol/commands.ts'
import { OperationalFailure } from './protocol/failure.ts'
import { fingerprintOf, type OrderRecord, pendingOrder } from './protocol/records.ts'

export interface ExchangePorts {
  readonly stream: OrderStream
  readonly store: CommitStore
  readonly snapshots: SnapshotStore
  readonly nowMs: () => number
  /** Calls back once, after at least `delayMs`; answers how to prevent it. */
  readonly later: (delayMs: number, call: () => void) => () => void
  /** Told of failures that the exchange will try again. */
  readonly onTrouble: (what: string, cause: unknown) => void
}

/** Trades and events that wait for a commit before one is made at once, and how long one may wait. */
const UNCOMMITTED_MAX = 4_000
const COMMIT_DELAY_MS = 20
/** Uncommitted events beyond which no more orders are taken: the store has been failing for long. */
const UNCOMMITTED_LIMIT = 1_000_000
const RETRY_MS = 1_000
/** Commands between snapshots: about a second of replay. */
const SNAPSHOT_COMMANDS = 250_000
/** Timers do not reach further than 2^31−1 ms. */
const TIMER_MAX_MS = 2 ** 31 - 1

export class Exchange {
  readonly matcher: ExchangeMatcher
  private readonly ports: ExchangePorts
  /** Orders between admission and matching, by key. */
  private readonly admitted = new Map<string, OrderRecord>()
  /** Commands whose outcome somebody waits for. */
  private readonly outcomes = new Map<Command, Outcome | undefined>()
  private snapshotCommands: number
  private cancelCommit: (() => void) | undefined
  private cancelExpiry: (() => void) | undefined
  private expiryMs = Number.POSITIVE_INFINITY
  private storeFails = false

  constructor(matcher: ExchangeMatcher, ports: ExchangePorts) {
    this.matcher = matcher
    this.ports = ports
    this.snapshotCommands = matcher.commandCount
    this.scheduleExpiry()
  }

  /**
   * Takes commands in sequence, `lines[i]` being the encoding of `commands[i]`. Resolves when they
   * are durable and matched; with `wait`, receipts carry outcomes. Throws OperationalFailure if none
   * was made durable.
   */
  async submit(commands: readonly Command[], lines: readonly string[], wait: boolean): Promise<Receipt[]> {
    if (this.storeFails && this.matcher.uncommitted > UNCOMMITTED_LIMIT) {
      throw new OperationalFailure('storage_full', 'the store takes no records', { retryable: true })
    }
    const receipts: (Receipt | undefined)[] = []
    const taken: Command[] = []
    let text = ''
    for (let i = 0; i < commands.length; i++) {
      const refusal = this.admit(commands[i])
      receipts.push(refusal)
      if (refusal !== undefined) continue
      taken.push(commands[i])
      text += `${lines[i]}\n`
      if (wait) this.outcomes.set(commands[i], undefined)
    }
    if (taken.length === 0) return receipts as Receipt[]
    let receivedAtMs: number
    try {
      receivedAtMs = await this.ports.stream.append(text, taken)
    } catch (cause) {
      for (const command of taken) this.withdraw(command)
      throw cause
    }
    return receipts.map((refusal, i) => refusal ?? this.receipt(commands[i], receivedAtMs, wait))
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
            const order = 'orderId' in command ? this.findMatched(command.account, command.orderId) : undefined
            this.outcomes.set(command, outcomeOf(command, events, order))
          }
        : undefined,
    )
    for (const command of record.commands) {
      if (command.kind === 'PlaceOrder') this.admitted.delete(keyOf(command))
    }
    if (this.matcher.uncommitted > UNCOMMITTED_MAX && !this.storeFails) this.commitSoon(0)
    else this.commitSoon(COMMIT_DELAY_MS)
    this.scheduleExpiry()
  }

  /** The record of an order as it stands. */
  find(account: string, orderId: string): OrderRecord | undefined {
    return this.admitted.get(orderKey(account, orderId)) ?? this.findMatched(account, orderId)
  }

  book(symbol: string, levels: number): BookState {
    return viewBook(symbol, this.matcher.symbols.get(symbol), levels)
  }

  /** Brings the store up to date, so that listings show everything. */
  async commit(): Promise<void> {
    this.cancelCommit?.()
    this.cancelCommit = undefined
    await commitPending(this.matcher, this.ports.store)
    this.storeFails = false
    if (this.matcher.commandCount - this.snapshotCommands >= SNAPSHOT_COMMANDS) await this.snapshot()
  }

  /** Commits, and keeps a snapshot so that the next start is quick. The stream must be closed first. */
  async close(): Promise<void> {
    this.cancelExpiry?.()
    await this.commit()
    if (this.matcher.commandCount > this.snapshotCommands) await this.snapshot()
  }

  /** Why a command may not enter the stream, if so. Only ids have a memory here. */
  private admit(command: Command): Receipt | undefined {
    if (command.kind !== 'PlaceOrder') return undefined
    const known = this.find(command.account, command.orderId)
    if (known === undefined) {
      this.admitted.set(keyOf(command), pendingOrder(command, this.ports.nowMs()))
      return undefined
    }
    return known.fingerprint === fingerprintOf(command) ? { kind: 'repeated', order: known } : { kind: 'conflict' }
  }

  private withdraw(command: Command): void {
    this.outcomes.delete(command)
    if (command.kind === 'PlaceOrder') this.admitted.delete(keyOf(command))
  }

  private receipt(command: Command, receivedAtMs: number, wait: boolean): Receipt {
    if (!wait) return { kind: 'accepted', receivedAtMs }
    const outcome = this.outcomes.get(command)
    this.outcomes.delete(command)
    return outcome === undefined ? { kind: 'accepted', receivedAtMs } : { kind: 'accepted', receivedAtMs, outcome }
  }

  private findMatched(account: string, orderId: string): OrderRecord | undefined {
    return this.matcher.findUncommitted(account, orderId) ?? this.ports.store.find(account, orderId)
  }

  private commitSoon(delayMs: number): void {
    if (delayMs > 0 && this.cancelCommit !== undefined) return
    this.cancelCommit?.()
    this.cancelCommit = this.ports.later(delayMs, () => {
      this.cancelCommit = undefined
      this.commit().catch((cause) => {
        this.storeFails = true
        this.ports.onTrouble('orders and trades could not be stored; trying again', cause)
        this.commitSoon(RETRY_MS)
      })
    })
  }

  private async snapshot(): Promise<void> {
    // Taken where the store stands, or recovery could not use it.
    if (this.matcher.position !== this.matcher.committed) return
    const snapshot = { position: this.matcher.position, bytes: takeSnapshot(this.matcher) }
    this.snapshotCommands = this.matcher.commandCount
    // On disk it must not be ahead of the store either.
    await this.ports.store.flushed()
    await this.ports.snapshots.save(snapshot)
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
      const commands = this.matcher.symbolsExpiring(this.ports.nowMs()).map((symbol) => ({ kind: 'AdvanceTime', symbol }) as const)
      if (commands.length === 0) return this.scheduleExpiry()
      const lines = commands.map((command) => JSON.stringify(command))
      this.submit(commands, lines, false).catch((cause) => {
        this.ports.onTrouble('the time could not be advanced; trying again', cause)
        this.cancelExpiry = this.ports.later(RETRY_MS, () => this.scheduleExpiry())
      })
    })
  }
}

const keyOf = (order: PlaceOrder): string => orderKey(order.account, order.orderId)
