/** The messages of the channel `ticker`. Each has the whole ticker. */

import { bestResource, eventTime, windowResource } from '../../api/market-resource.ts'
import type { BookLevel } from '../../marketdata/book-level.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { Ticker } from '../../protocol/ticker.ts'

export interface TickerAfter {
  /** Of the last event, or of the last roll of the window; 0 before both. */
  readonly timestampMs: number
  /** undefined before the first trade of the symbol. */
  readonly ticker: Ticker | undefined
  readonly bid: BookLevel | undefined
  readonly ask: BookLevel | undefined
}

/** Also the message of a roll of the window that covers no new event. */
export const tickerSnapshot = (instrument: Instrument, after: TickerAfter, sequence: number): string =>
  message('snapshot', instrument, { sequence }, after)

export const tickerUpdate = (instrument: Instrument, after: TickerAfter, from: number, to: number): string =>
  message('update', instrument, { from, to }, after)

function message(type: string, instrument: Instrument, numbers: object, after: TickerAfter): string {
  return JSON.stringify({
    type,
    channel: 'ticker',
    symbol: instrument.symbol,
    ...numbers,
    timestamp: eventTime(after.timestampMs),
    ...bestResource(after.bid, after.ask, instrument),
    ...windowResource(after.ticker, instrument),
  })
}
