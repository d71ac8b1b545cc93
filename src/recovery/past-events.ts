/**
 * The events of a part of the order stream that is over, for a fold that has missed them. Matching is deterministic, so
 * the records give the same events again. It starts at a snapshot, and needs the memory of the books a second time.
 */

import { ExchangeMatcher } from '../matcher/exchange-matcher.ts'
import type { SymbolNumbers } from '../ports/event-feed.ts'
import type { Position, StreamRecord } from '../ports/order-stream.ts'
import type { RecordFold } from '../ports/record-fold.ts'
import type { SnapshotStore } from '../ports/snapshot-store.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import type { InstrumentText } from '../protocol/instrument/instrument.ts'
import { restoreLatest } from './exchange-snapshot.ts'

/** The records after a position, up to another one. See OrderStream. */
export type ReadPast = (
  after: Position,
  to: Position,
  instruments: Iterable<InstrumentText>,
) => Iterable<readonly StreamRecord[]>

const IGNORED: RecordFold = { take: (_: EventCursor) => {}, recordTaken: () => {} }

export class PastEvents {
  private readonly matcher: ExchangeMatcher
  private readonly read: ReadPast

  constructor(matcher: ExchangeMatcher, read: ReadPast) {
    this.matcher = matcher
    this.read = read
  }

  /** From the newest snapshot at or before the position, or from the beginning. Throws UnknownVersion. */
  static async before(position: Position, snapshots: SnapshotStore, read: ReadPast): Promise<PastEvents> {
    const state = await restoreLatest(snapshots, position)
    return new PastEvents(state?.matcher ?? new ExchangeMatcher(), read)
  }

  /** The last record that was applied. */
  get position(): Position {
    return this.matcher.position
  }

  /** The arrival time of that record. */
  get timestampMs(): number {
    return this.matcher.timestampMs
  }

  /** The numbers of each symbol's last event and trade at the position. */
  numbers(): ReadonlyMap<string, SymbolNumbers> {
    return this.matcher.numbers()
  }

  /** The instruments at the position. */
  instruments(): InstrumentText[] {
    return [...this.matcher.symbols.values()].flatMap(({ instrument }) => instrument ?? [])
  }

  /** Applies the records up to `to`, some at a step. Without a fold their events are ignored. */
  *apply(to: Position, fold: RecordFold = IGNORED): Generator<void> {
    if (this.position >= to) return
    for (const records of this.read(this.position, to, this.instruments())) {
      for (const record of records) {
        if (record.position > to) return
        this.matcher.apply(record, fold)
        fold.recordTaken(record)
      }
      yield
    }
  }
}
