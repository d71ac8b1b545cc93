/**
 * The lake's rows as a fold of events, over any number of symbols: the same events always give the same rows. Rows are
 * gathered by table and UTC day until they are taken. Prices and quantities use the steps that the instrument has at
 * the event: they come with the constructor, and then with the events that define and change an instrument.
 */

import { invariant } from '../protocol/assert.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import { type Instrument, parseInstrument } from '../protocol/instrument/instrument.ts'
import type { LakeBatch, LakeValue } from './lake-batch.ts'
import { type LakeTable, lakeColumns } from './lake-columns.ts'
import { ORDER_ROW_KINDS, type OrderRowKind, orderRow } from './order-rows.ts'
import { tradeRow } from './trade-rows.ts'

const DAY_MS = 86_400_000
/** Bytes of a value in memory, on average. */
const VALUE_BYTES = 24

export class LakeFold implements EventFold {
  /** Rows gathered, and about how many bytes of memory they take. */
  rows = 0
  bytes = 0
  private readonly instruments = new Map<string, Instrument>()
  /** By table and day. */
  private readonly batches = new Map<string, GatheredRows>()

  /** The instruments as they are before the first event. */
  constructor(instruments: Iterable<Instrument>) {
    for (const instrument of instruments) this.instruments.set(instrument.symbol, instrument)
  }

  take(event: EventCursor): void {
    const { kind } = event
    if (kind === 'TradeExecuted') {
      this.add('trades', event, tradeRow(event, this.instrumentOf(event.symbol)))
    } else if (Object.hasOwn(ORDER_ROW_KINDS, kind)) {
      this.add('orders', event, orderRow(event, kind as OrderRowKind, this.instrumentOf(event.symbol)))
    } else if ((kind === 'InstrumentDefined' || kind === 'InstrumentChanged') && event.instrument !== undefined) {
      this.instruments.set(event.symbol, parseInstrument(event.instrument))
    }
  }

  /** The rows gathered so far. A batch grows while events come. */
  gathered(): Iterable<LakeBatch> {
    return this.batches.values()
  }

  /** Forgets a batch. Later rows of its table and day begin another one. */
  drop(batch: LakeBatch): void {
    const key = keyOf(batch.table, batch.day)
    const rows = this.batches.get(key)
    if (rows !== batch) return
    this.batches.delete(key)
    this.rows -= rows.rows
    this.bytes -= rows.rows * rows.columns.length * VALUE_BYTES
  }

  /** Gives away all rows gathered so far. */
  flush(): LakeBatch[] {
    const batches = [...this.batches.values()]
    this.batches.clear()
    this.rows = 0
    this.bytes = 0
    return batches
  }

  private add(table: LakeTable, { timestampMs }: EventCursor, row: readonly LakeValue[]): void {
    const day = new Date(Math.floor(timestampMs / DAY_MS) * DAY_MS).toISOString().slice(0, 10)
    const key = keyOf(table, day)
    let rows = this.batches.get(key)
    if (rows === undefined) {
      rows = new GatheredRows(table, day)
      this.batches.set(key, rows)
    }
    rows.add(row)
    this.rows++
    this.bytes += row.length * VALUE_BYTES
  }

  private instrumentOf(symbol: string): Instrument {
    const instrument = this.instruments.get(symbol)
    invariant(instrument !== undefined, `no instrument of ${symbol}`)
    return instrument
  }
}

const keyOf = (table: LakeTable, day: string): string => `${table} ${day}`

class GatheredRows implements LakeBatch {
  readonly table: LakeTable
  readonly day: string
  readonly columns: readonly { readonly values: LakeValue[]; valueAt(row: number): LakeValue }[]

  constructor(table: LakeTable, day: string) {
    this.table = table
    this.day = day
    this.columns = lakeColumns(table).map(() => {
      const values: LakeValue[] = []
      return { values, valueAt: (row) => values[row] }
    })
  }

  get rows(): number {
    return this.columns[0].values.length
  }

  add(row: readonly LakeValue[]): void {
    for (let i = 0; i < row.length; i++) this.columns[i].values.push(row[i])
  }
}
