/**
 * The lake's rows as a fold of events, over any number of symbols: the same events always give the same rows. Rows are
 * gathered by table and UTC day until they are taken. Prices and quantities use the steps that the instrument has at
 * the event: they come with the constructor, and then with the events that define and change an instrument.
 */

import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import { type Instrument, parseInstrument } from '../protocol/instrument/instrument.ts'
import { type EventNames, WrittenNames } from './event-names.ts'
import { LakeFeedReader } from './feed/lake-feed-reader.ts'
import type { LakeBatch } from './lake-batch.ts'
import { OrderRows } from './order-rows.ts'
import { TermsBySymbol } from './symbol-terms.ts'
import { TradeRows } from './trade-rows.ts'

/** An event of matching, or of the feed to the lake's thread. */
export type LakeSource = EventCursor | LakeFeedReader

const DAY_MS = 86_400_000
/** Rows for which a new batch has room at once: at 150 bytes a row 10 MB. */
const ROOM_AT_FIRST_MAX = 65_536

export class LakeFold implements EventFold {
  private readonly terms = new TermsBySymbol()
  private readonly orders = new RowsByDay((day, room) => new OrderRows(day, room, this.terms.names))
  private readonly trades = new RowsByDay((day, room) => new TradeRows(day, room, this.terms.names))
  private readonly written = new WrittenNames()

  /** The instruments as they are before the first event. */
  constructor(instruments: Iterable<Instrument>) {
    for (const instrument of instruments) this.terms.set(instrument)
  }

  /** Rows gathered, and the bytes of memory that they take. */
  get rows(): number {
    return this.orders.sum('rows') + this.trades.sum('rows')
  }

  get bytes(): number {
    return this.orders.sum('bytes') + this.trades.sum('bytes')
  }

  /** Throws, and changes nothing, if the instrument of the symbol is not known. */
  take(event: LakeSource): void {
    const { kind } = event
    switch (kind) {
      case 'TradeExecuted': {
        const names = this.namesOf(event)
        const terms = this.terms.get(event.symbol)
        this.trades.at(event.timestampMs).add(event, names, terms)
        break
      }
      case 'OrderAccepted':
      case 'OrderRejected':
      case 'OrderAmended':
      case 'OrderCanceled':
      case 'AmendRejected':
      case 'CancelRejected': {
        const names = this.namesOf(event)
        const terms = this.terms.get(event.symbol)
        this.orders.at(event.timestampMs).add(event, kind, names, terms)
        break
      }
      case 'InstrumentDefined':
      case 'InstrumentChanged':
        if (event.instrument !== undefined) this.terms.set(parseInstrument(event.instrument))
        break
      default:
        kind satisfies 'PhaseChanged' | 'PriceBandSet' | 'InstrumentClosed' | 'RulesAdopted' | 'ControlRejected'
    }
  }

  /** The rows gathered so far. A batch grows while events come. */
  gathered(): LakeBatch[] {
    return [...this.orders.byDay.values(), ...this.trades.byDay.values()]
  }

  /** Forgets a batch. Later rows of its table and day begin another one. */
  drop(batch: LakeBatch): void {
    this.orders.drop(batch)
    this.trades.drop(batch)
  }

  /** Gives away all rows gathered so far. */
  flush(): LakeBatch[] {
    const batches = this.gathered()
    for (const batch of batches) this.drop(batch)
    return batches
  }

  private namesOf(event: LakeSource): EventNames {
    if (event instanceof LakeFeedReader) return event
    this.written.write(event)
    return this.written
  }
}

/** The rows of one table. Nearly all events are of the day of the event before. */
class RowsByDay<R extends OrderRows | TradeRows> {
  readonly byDay = new Map<string, R>()
  private readonly make: (day: string, room: number) => R
  private latest: R | undefined
  /** Rows of the batch that was taken last: the next one probably has as many. */
  private room = 0
  private fromMs = 0
  private toMs = 0

  constructor(make: (day: string, room: number) => R) {
    this.make = make
  }

  at(timestampMs: number): R {
    const { latest } = this
    if (latest !== undefined && timestampMs >= this.fromMs && timestampMs < this.toMs) return latest
    this.fromMs = Math.floor(timestampMs / DAY_MS) * DAY_MS
    this.toMs = this.fromMs + DAY_MS
    const day = new Date(this.fromMs).toISOString().slice(0, 10)
    const rows = this.byDay.get(day) ?? this.make(day, this.room)
    this.byDay.set(day, rows)
    this.latest = rows
    return rows
  }

  drop(batch: LakeBatch): void {
    if (this.byDay.get(batch.day) !== batch) return
    this.byDay.delete(batch.day)
    this.room = Math.min(batch.rows, ROOM_AT_FIRST_MAX)
    this.latest = undefined
  }

  sum(what: 'rows' | 'bytes'): number {
    let sum = 0
    for (const rows of this.byDay.values()) sum += rows[what]
    return sum
  }
}
