/**
 * The rows of the lake in a record of a stream, as lines of JSON with the UTC day that names their folder. A record of
 * KDS_Trades has the lines already. A record of KDS_Events has events: those of orders become rows of the table
 * `orders`. A record without rows is undefined: requests to join, and events that are trades or concern the symbol.
 */

import { LakeFold } from '../../lake/lake-fold.ts'
import { jsonLines } from '../../lake/lake-json.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { readEventRecord } from './event-records.ts'

export interface LakeRows {
  /** `2026-11-26`. */
  readonly day: string
  readonly rows: number
  /** A line for each row, each with its end. */
  readonly lines: string
}

/** Throws if the record cannot be read, or has rows of an instrument that is not known. */
export type RowsOf = (
  symbol: string,
  data: Uint8Array,
  instruments: { get(symbol: string): Instrument | undefined },
) => LakeRows | undefined

export const orderRows: RowsOf = (symbol, data, instruments) => {
  const record = readEventRecord(symbol, data)
  if (record.kind === 'unreadable') throw record.cause
  if (record.kind !== 'events') return undefined
  const instrument = instruments.get(symbol)
  const fold = new LakeFold(instrument === undefined ? [] : [instrument])
  const event = new EventFeedReader(record.batch)
  while (event.next()) if (event.kind !== 'TradeExecuted') fold.take(event)
  const batches = fold.flush()
  if (batches.length === 0) return undefined
  const lines = batches.flatMap(jsonLines)
  // The writer ends a record at midnight, so there is one batch.
  return { day: batches[0].day, rows: lines.length, lines: `${lines.join('\n')}\n` }
}

const fromUtf8 = new TextDecoder('utf-8', { fatal: true })
const DAY_CHARACTERS = 10

export const tradeRows: RowsOf = (symbol, data) => {
  const lines = fromUtf8.decode(data)
  const all = lines.trimEnd().split('\n')
  const first = JSON.parse(all[0])
  if (first.symbol !== symbol || typeof first.tradeid !== 'string' || typeof first.timestamp !== 'number') {
    throw new RangeError('a line that is no trade of the symbol')
  }
  return { day: new Date(first.timestamp).toISOString().slice(0, DAY_CHARACTERS), rows: all.length, lines }
}
