/** The messages of the channel `candles`. A candle replaces the one with the same start. */

import { candleResource } from '../../api/market-resource.ts'
import type { Candle } from '../../protocol/candle.ts'
import { INTERVAL_MS, type Interval } from '../../protocol/candle-interval.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'

/** Candles, oldest first, and the time at which the message is made: it decides which of them are closed. */
export interface CandlesAt {
  readonly interval: Interval
  readonly candles: readonly Candle[]
  readonly nowMs: number
}

/** `candles`: the last ones, filled flat. */
export const candlesSnapshot = (instrument: Instrument, at: CandlesAt, sequence: number): string =>
  message('snapshot', instrument, { sequence }, at)

/** `candles`: those that changed in the events `from` to `to`. */
export const candlesUpdate = (instrument: Instrument, at: CandlesAt, from: number, to: number): string =>
  message('update', instrument, { from, to }, at)

function message(
  type: string,
  instrument: Instrument,
  numbers: object,
  { interval, candles, nowMs }: CandlesAt,
): string {
  const closedBefore = nowMs - INTERVAL_MS[interval]
  return JSON.stringify({
    type,
    channel: 'candles',
    symbol: instrument.symbol,
    interval,
    ...numbers,
    candles: candles.map((candle) => candleResource(candle, candle.startMs <= closedBefore, instrument)),
  })
}
