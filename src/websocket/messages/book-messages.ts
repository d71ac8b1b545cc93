/** The messages of the channel `book`. The checksum is that of the book after the message. */

import { eventTime, levelText } from '../../api/market-resource.ts'
import { bookChecksum, CHECKSUM_LEVELS } from '../../marketdata/book-checksum.ts'
import type { BookLevel, BookSides } from '../../marketdata/book-level.ts'
import type { TradingPhase } from '../../protocol/command/trading-phases.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'

/** A book after a message. */
export interface BookAfter {
  /** Levels of each side that the followers have. */
  readonly depth: number
  /** 0 before the first event of the symbol. */
  readonly timestampMs: number
  readonly phase: TradingPhase
  /** The best `depth` levels, best first. An update needs as many as the checksum covers. */
  readonly best: BookSides
}

export const bookSnapshot = (instrument: Instrument, book: BookAfter, sequence: number): string =>
  message('snapshot', instrument, book, { sequence }, book.best)

/** `changes`: the new state of the levels that changed in the events `from` to `to`; quantity 0 if a level is gone. */
export const bookUpdate = (
  instrument: Instrument,
  book: BookAfter,
  changes: BookSides,
  from: number,
  to: number,
): string => message('update', instrument, book, { from, to }, changes)

function message(
  type: 'snapshot' | 'update',
  instrument: Instrument,
  { depth, timestampMs, phase, best }: BookAfter,
  numbers: object,
  { bids, asks }: BookSides,
): string {
  const text = (level: BookLevel) => levelText(level, instrument)
  const top = (levels: readonly BookLevel[]) => levels.slice(0, CHECKSUM_LEVELS).map(text)
  return JSON.stringify({
    type,
    channel: 'book',
    symbol: instrument.symbol,
    depth,
    ...numbers,
    timestamp: eventTime(timestampMs),
    phase,
    bids: bids.map(text),
    asks: asks.map(text),
    checksum: bookChecksum(top(best.bids), top(best.asks)),
  })
}
