/**
 * Trades as lines of the trade stream: JSON with exact decimal text, which the lake reads into decimal
 * columns. A line has the id of the request that caused the trade, so that the request can be traced.
 */

import { tradeIdOf } from '../../protocol/event/events.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { RequestedTrade } from '../../protocol/trade-record.ts'
import { formatSteps, formatStepsShort } from '../../protocol/units.ts'

/** One line for each trade, in order. */
export function tradeLines(trades: readonly RequestedTrade[], { tick, lot }: Instrument): string[] {
  return trades.map(({ trade, requestId }) =>
    JSON.stringify({
      tradeId: tradeIdOf(trade.symbol, trade.tradeNumber),
      symbol: trade.symbol,
      tradeNumber: trade.tradeNumber,
      eventNumber: trade.eventNumber,
      price: formatSteps(trade.price, tick),
      quantity: formatStepsShort(trade.quantity, lot),
      takerSide: trade.takerSide,
      makerAccount: trade.makerAccount,
      makerOrderId: trade.makerOrderId,
      takerAccount: trade.takerAccount,
      takerOrderId: trade.takerOrderId,
      timestampMs: trade.timestampMs,
      ...(requestId !== undefined && { requestId }),
    }),
  )
}
