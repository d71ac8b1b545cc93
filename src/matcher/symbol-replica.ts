/**
 * One symbol as one shard's matcher holds it: the books and records at a position of the stream, and
 * what has happened since the last publication. The same records in any batches give the same
 * replica, whichever machine applies them, whenever; that is what lets another one take over, and
 * lets the cache hold the records instead of what they come to.
 *
 * A PlaceOrder may stand in the stream twice only if one of the two says `again`. The copy leaves no
 * trace, whichever of the two it is, while the order lives and after it has ended.
 */

import { SnapshotRefused } from '../engine/snapshot.ts'
import type { BookBase } from '../ports/book-cache.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { Mark, Publication } from '../ports/publisher.ts'
import type { BookState } from '../protocol/book-state.ts'
import type { Command } from '../protocol/commands.ts'
import { viewBook } from './book-view.ts'
import { orderKey } from './order-names.ts'
import { ChangedRecords } from './outbox.ts'
import type { ReadRecord } from './record-lines.ts'
import { RetriedOrders } from './retried-orders.ts'
import { joinParts, jsonPart, partReader, readJson } from './snapshot-parts.ts'
import type { StoredOrders } from './stored-orders.ts'
import type { SymbolMatcher } from './symbol-matcher.ts'
import { restoreSymbol, snapshotSymbol } from './symbol-snapshot.ts'

/**
 * Which replicas this program can read, and makes again from records. It changes with the snapshot,
 * and with any rule by which the same records would come to something else.
 */
export const REPLICA_FORMAT = 4

/** Levels a side that a book shows to the world. */
export const VIEW_LEVELS = 100

export class SymbolReplica {
  readonly matcher: SymbolMatcher
  /** The last record applied. */
  position: Position = BEGINNING
  /** Arrival of the last record applied, as it was stamped. */
  timestampMs = 0
  /** Lines that were left out because their order had entered before. */
  duplicates = 0
  private outbox = new ChangedRecords()
  /** The last event published. */
  private publishedEvent: number
  private readonly retried = new RetriedOrders()

  constructor(matcher: SymbolMatcher) {
    this.matcher = matcher
    this.publishedEvent = matcher.eventNumber
  }

  /** Events that have not been published. */
  get unpublished(): number {
    return this.matcher.eventNumber - this.publishedEvent
  }

  /** Applies a record after `position`. */
  apply(record: ReadRecord, stored: StoredOrders): void {
    this.retried.forget(Math.max(record.timestampMs, this.matcher.book.timestampMs))
    for (let i = 0; i < record.commands.length; i++) {
      const command = record.commands[i]
      if (this.isDouble(command, record.again.has(i), stored, record.timestampMs)) this.duplicates++
      else this.matcher.apply(command, record.timestampMs, this.outbox)
    }
    this.position = record.position
    this.timestampMs = record.timestampMs
  }

  /** What has happened since the last publication, up to where this replica stands. */
  publication(): Publication {
    const { outbox } = this
    return { symbol: this.matcher.symbol, orders: outbox.orders(), trades: outbox.trades, mark: this.mark() }
  }

  mark(): Mark {
    const { eventNumber, tradeNumber } = this.matcher
    return { position: this.position, eventNumber, tradeNumber }
  }

  /** All of that is published. */
  forgetPublished(): void {
    this.outbox = new ChangedRecords()
    this.publishedEvent = this.matcher.eventNumber
  }

  /** What the world sees of the book. */
  view(): BookState {
    return viewBook(this.matcher.symbol, this.matcher, VIEW_LEVELS)
  }

  /** All of it as bytes. Stops the symbol if the book contradicts itself: a broken one must not last. */
  base(): BookBase {
    return { position: this.position, bytes: this.snapshot(), view: this.view() }
  }

  private isDouble(command: Command, again: boolean, stored: StoredOrders, timestampMs: number): boolean {
    if (command.kind !== 'PlaceOrder') return false
    if (!again && this.retried.size === 0) return false
    const key = orderKey(command.account, command.orderId)
    const retried = this.retried.has(key)
    if (!again && !retried) return false
    this.retried.add(key, Math.max(timestampMs, this.matcher.book.timestampMs))
    // A live order is found here, and not left to the matcher: the time of this line may end it first.
    if (retried || this.outbox.find(command.account, command.orderId) !== undefined) return true
    if (this.matcher.find(command.account, command.orderId) !== undefined) return true
    // Entered before this line, if by an event before it. A stored record may be from after it: this
    // line may have been applied and published before, and is being applied again.
    const entered = stored.get(key) ?? 0
    return entered > 0 && entered <= this.matcher.eventNumber
  }

  private snapshot(): Uint8Array {
    const { position, timestampMs } = this
    const header = { format: REPLICA_FORMAT, position, timestampMs, retried: this.retried.entries() }
    return joinParts([jsonPart(header), snapshotSymbol(this.matcher)])
  }

  /** Throws SnapshotRefused if the bytes are of another format. */
  static restore(bytes: Uint8Array): SymbolReplica {
    const next = partReader(bytes)
    const header = readJson(next())
    if (header.format !== REPLICA_FORMAT) throw new SnapshotRefused(`a replica of format ${header.format}`)
    const replica = new SymbolReplica(restoreSymbol(next()))
    replica.position = header.position
    replica.timestampMs = header.timestampMs
    replica.retried.restore(header.retried)
    return replica
  }
}
