/**
 * Trades as lines of the trade stream: JSON with exact decimal text, which the lake reads into decimal
 * columns. A line carries the request that set the trade off, so that it can be followed to its end.
 */

import { tradeIdOf } from '../../protocol/events.ts'
import type { Instrument } from '../../protocol/instrument.ts'
import type { OrderRecord, TradeRecord } from '../../protocol/records.ts'
import { formatSteps, formatStepsShort } from '../../protocol/units.ts'
import { orderKeyOf } from './dynamodb-items.ts'

/** One line a trade, in order. `orders` are those of the batch, among them each trade's taker. */
export function tradeLines(
  trades: readonly TradeRecord[],
  orders: readonly OrderRecord[],
  { tick, lot }: Instrument,
): string[] {
  const requests = new Map(orders.map((order) => [orderKeyOf(order.account, order.orderId), order.requestId]))
  return trades.map((trade) => {
    const requestId = requests.get(orderKeyOf(trade.takerAccount, trade.takerOrderId))
    return JSON.stringify({
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
      ...(requestId != null && { requestId }),
    })
  })
}
