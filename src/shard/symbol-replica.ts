/**
 * One symbol as one shard's matcher holds it: its book, open orders and names at a position of the stream, and
 * the events since the last publication. The same records in any batches give the same replica, on any
 * machine, at any time. So another machine can take over, and the cache can hold the records instead of the
 * resulting state.
 *
 * A PlaceOrder may be in the stream twice only if one of the two lines has `again`. The second line has no
 * effect, whichever of the two it is, while the order is open and after it has closed.
 */

import { listInstrument, viewBook } from '../matcher/book-view.ts'
import { OrderIndex } from '../matcher/order-index.ts'
import { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import { ChangedRecords } from '../orders/changed-records.ts'
import { OrderFold } from '../orders/order-fold.ts'
import type { BookBase } from '../ports/book-cache.ts'
import { BEGINNING, type Position } from '../ports/order-stream.ts'
import type { Mark, Publication, Schedule } from '../ports/publisher.ts'
import { invariant } from '../protocol/assert.ts'
import type { BookState } from '../protocol/book-state.ts'
import type { Command } from '../protocol/command/commands.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import { type Instrument, parseInstrument } from '../protocol/instrument/instrument.ts'
import { VIEW_LEVELS } from '../protocol/limits.ts'
import { orderNameOf } from '../protocol/order/order-name.ts'
import { checkVersion } from '../protocol/versions.ts'
import { joinParts, jsonPart, partReader, readJson } from '../recovery/snapshot-parts.ts'
import { restoreSymbol, snapshotSymbol } from '../recovery/symbol-snapshot.ts'
import type { ReadRecord } from './record-lines.ts'
import { RetriedOrders } from './retried-orders.ts'
import type { StoredOrders } from './stored-orders.ts'
import { SymbolFeed } from './symbol-feed.ts'

export class SymbolReplica implements EventFold {
  readonly matcher: SymbolMatcher
  readonly orders: OrderFold
  /** The symbol's instrument, once it is defined. Decoding the next record needs it. */
  readonly instruments = new Map<string, Instrument>()
  /** The last record applied. */
  position: Position = BEGINNING
  /** Arrival time of the last record applied. */
  timestampMs = 0
  /** Lines that were left out because their order had entered before. */
  duplicates = 0
  private changes = new ChangedRecords()
  /** Whether a publication has every event; else trades, and events that concern the symbol. */
  private readonly everyEvent: boolean
  /** The unpublished events that a publication contains. */
  private readonly feed: SymbolFeed
  private publishedEvents: number
  private readonly retried = new RetriedOrders()

  constructor(matcher: SymbolMatcher, everyEvent: boolean, orders?: OrderFold) {
    this.matcher = matcher
    this.everyEvent = everyEvent
    this.feed = new SymbolFeed(matcher.symbol)
    this.publishedEvents = matcher.eventNumber
    this.orders = orders ?? new OrderFold(this.changes, () => matcher.names)
    this.orders.sink = this.changes
    const { instrument } = matcher
    if (instrument !== undefined) this.instruments.set(instrument.symbol, parseInstrument(instrument))
  }

  /** A symbol before its first record. */
  static empty(symbol: string, everyEvent = false): SymbolReplica {
    return new SymbolReplica(new SymbolMatcher(symbol), everyEvent)
  }

  /** Events that have not been published. */
  get unpublished(): number {
    return this.matcher.eventNumber - this.publishedEvents
  }

  /** The version of its rules, and so of its formats. */
  get version(): number {
    return this.matcher.book.rules
  }

  /** Applies a record after `position`. */
  apply(record: ReadRecord, stored: StoredOrders): void {
    this.retried.forget(Math.max(record.timestampMs, this.matcher.book.timestampMs))
    const { commands, again, timestampMs } = record
    for (let i = 0; i < commands.length; i++) {
      const isAgain = again.size > 0 && again.has(i)
      if (this.isDouble(commands[i], isAgain, stored, timestampMs)) this.duplicates++
      else this.matcher.apply(commands[i], timestampMs, this)
    }
    this.position = record.position
    this.timestampMs = record.timestampMs
  }

  take(event: EventCursor): void {
    this.orders.take(event)
    if (this.everyEvent || event.kind === 'TradeExecuted' || event.concernsSymbol) this.feed.take(event)
  }

  /**
   * The events since the last publication, all or those that every publisher needs; and the orders they changed.
   * `shardId`: the shard that delivers the symbol now. The events are written as bytes when they are first read, which
   * must be before the replica takes another event or forgets them.
   */
  publication(shardId?: string): Publication {
    const { feed } = this
    const { symbol } = this.matcher
    const { count } = feed
    let events: Uint8Array | undefined
    return {
      symbol,
      instrument: listInstrument(this.matcher),
      orders: this.changes.orders(),
      get events() {
        if (count === 0 || events !== undefined) return events
        invariant(feed.count === count, 'the events of a publication are read before they are forgotten')
        events = feed.batch()
        return events
      },
      mark: this.mark(),
      schedule: this.schedule(shardId),
    }
  }

  private schedule(shardId: string | undefined): Schedule {
    const nextExpiryMs = this.matcher.book.expiries.nextMs
    return {
      recordAtMs: this.timestampMs,
      ...(nextExpiryMs < Number.POSITIVE_INFINITY && { nextExpiryMs }),
      ...(shardId !== undefined && { shardId }),
    }
  }

  mark(): Mark {
    const { eventNumber, tradeNumber } = this.matcher
    return { position: this.position, eventNumber, tradeNumber }
  }

  /** To be called when the publication is done. */
  forgetPublished(): void {
    this.changes = new ChangedRecords()
    this.orders.sink = this.changes
    this.feed.clear()
    this.publishedEvents = this.matcher.eventNumber
  }

  /** The public view of the book. */
  view(): BookState {
    return viewBook(this.matcher.symbol, this.matcher, VIEW_LEVELS)
  }

  /** The whole state as bytes. Throws BrokenInvariant if the book fails its check: a broken book must not be saved. */
  base(): BookBase {
    return { position: this.position, bytes: this.snapshot(), view: this.view() }
  }

  private isDouble(command: Command, again: boolean, stored: StoredOrders, timestampMs: number): boolean {
    if (command.kind !== 'PlaceOrder') return false
    if (!again && this.retried.size === 0) return false
    const name = orderNameOf(command.account, command.orderId)
    const retried = this.retried.has(name)
    if (!again && !retried) return false
    this.retried.add(name, Math.max(timestampMs, this.matcher.book.timestampMs))
    // An open order is looked up here and not left to the matcher: the time of this line may expire it first.
    if (retried || this.changes.find(command.account, command.orderId) !== undefined) return true
    if (this.matcher.handleOf(command.account, command.orderId) !== 0) return true
    // The order entered before this line if its event is earlier. A stored record may be later than the
    // line, if the line was applied and published before and is now applied again.
    const entered = stored.get(name) ?? 0
    return entered > 0 && entered <= this.matcher.eventNumber
  }

  private snapshot(): Uint8Array {
    const { position, timestampMs, matcher } = this
    const header = { version: this.version, position, timestampMs, retried: this.retried.entries() }
    return joinParts([jsonPart(header), snapshotSymbol(matcher, this.orders.of(matcher.symbol))])
  }

  /** Throws UnknownVersion if a newer program wrote the bytes, SnapshotRefused if they are no snapshot. */
  static restore(bytes: Uint8Array, everyEvent = false): SymbolReplica {
    const next = partReader(bytes)
    const header = readJson(next())
    checkVersion('the snapshot of a symbol', header.version)
    let orders: OrderFold | undefined
    const matcher = restoreSymbol(next(), new OrderIndex(), (restored) => {
      orders = new OrderFold(new ChangedRecords(), () => restored.names)
      return orders
    })
    const replica = new SymbolReplica(matcher, everyEvent, orders)
    replica.position = header.position
    replica.timestampMs = header.timestampMs
    replica.retried.restore(header.retried)
    return replica
  }
}
