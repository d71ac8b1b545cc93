/** The messages of the channel `trades`. */

import { tradeResource } from '../../api/market-resource.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { TradeRecord } from '../../protocol/records.ts'

/** `trades`: the last ones, oldest first. */
export const tradesSnapshot = (instrument: Instrument, trades: readonly TradeRecord[], sequence: number): string =>
  message('snapshot', instrument, { sequence }, trades)

/** `trades`: all of the events `from` to `to`, oldest first. */
export const tradesUpdate = (
  instrument: Instrument,
  trades: readonly TradeRecord[],
  from: number,
  to: number,
): string => message('update', instrument, { from, to }, trades)

function message(type: string, instrument: Instrument, numbers: object, trades: readonly TradeRecord[]): string {
  return JSON.stringify({
    type,
    channel: 'trades',
    symbol: instrument.symbol,
    ...numbers,
    trades: trades.map((trade) => tradeResource(trade, instrument)),
  })
}
