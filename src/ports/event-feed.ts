/**
 * The events of an exchange from now on, as batches of bytes (protocol/event/feed-format.ts).
 *
 * A batch has all events of one record of the order stream, and a record without events has no batch. So no batch
 * ends within the events of a command. Batches arrive in the order of the stream, and each event once: within a
 * symbol the first event follows the number in {@link FeedStart}, and no number is missing.
 *
 * To join a state and the feed, read the feed first and ask for the state then, for example for a book. The state
 * names the last event that it contains, which is at or after the start of the feed. Later events of the feed are
 * those that the state lacks.
 */

import type { RecordPlace } from './record-fold.ts'

export interface EventFeed {
  /**
   * Resolves with a function that ends reading: `reader` is not called after it. If the exchange stops, no more
   * batches come. Throws OperationalFailure if the exchange has stopped.
   */
  read(reader: FeedReader): Promise<() => void>
}

/** Neither function may throw or change the bytes of a batch, because other readers receive the same bytes. */
export interface FeedReader {
  /** Called once, before the first batch. */
  start(start: FeedStart): void
  take(batch: Uint8Array): void
}

/** The last record before the first batch, and the last numbers of each symbol at that record. */
export interface FeedStart extends RecordPlace {
  /** A symbol that is not in the map has no events yet: its first event has the number 1. */
  readonly symbols: ReadonlyMap<string, SymbolNumbers>
}

export interface SymbolNumbers {
  readonly eventNumber: number
  readonly tradeNumber: number
}
