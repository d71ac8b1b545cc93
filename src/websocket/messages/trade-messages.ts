/** The messages of the channel `trades`. */

import { tradeText } from '../../api/market-resource.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { ShownTrade } from '../../protocol/trade-record.ts'

/** `trades`: the last ones, oldest first. */
export const tradesSnapshot = (instrument: Instrument, trades: readonly ShownTrade[], sequence: number): string =>
  message('snapshot', instrument, { sequence }, trades)

/** `trades`: all of the events `from` to `to`, oldest first. */
export const tradesUpdate = (instrument: Instrument, trades: readonly ShownTrade[], from: number, to: number): string =>
  message('update', instrument, { from, to }, trades)

function message(type: string, instrument: Instrument, numbers: object, trades: readonly ShownTrade[]): string {
  const head = JSON.stringify({ type, channel: 'trades', symbol: instrument.symbol, ...numbers }).slice(0, -1)
  let texts = ''
  for (const trade of trades) texts += texts === '' ? tradeText(trade, instrument) : `,${tradeText(trade, instrument)}`
  return `${head},"trades":[${texts}]}`
}
