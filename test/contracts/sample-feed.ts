/** Batches of the feed for the suites of its readers: events that were not produced by a matcher. */

import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedWriter } from '../../src/protocol/event/event-feed-writer.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'

const NO_EVENT: EventCursor = {
  kind: 'OrderAccepted',
  symbol: '',
  number: 0,
  timestampMs: 0,
  cause: undefined,
  requestId: undefined,
  reason: undefined,
  concernsSymbol: false,
  handle: 0,
  account: '',
  orderId: '',
  sells: false,
  options: 0,
  extras: undefined,
  echo: undefined,
  price: 0,
  quantity: 0,
  priorityKept: false,
  priceBefore: 0,
  openBefore: 0,
  open: 0,
  tradeNumber: 0,
  takerHandle: 0,
  takerAccount: '',
  takerOrderId: '',
  takerEcho: undefined,
  takerSells: false,
  makerFilled: false,
  takerFilled: false,
  operatorNote: undefined,
  phase: undefined,
  bandLow: 0,
  bandHigh: 0,
  instrument: undefined,
  rules: 0,
}

/** An event. Omitted fields are absent. */
export const cursorOf = (event: Partial<EventCursor>): EventCursor => ({ ...NO_EVENT, ...event })

/** A batch of these events. */
export function feedOf(events: readonly Partial<EventCursor>[]): Uint8Array | undefined {
  const writer = new EventFeedWriter()
  for (const event of events) writer.take(cursorOf(event))
  return writer.flush()
}

/** A batch of trades, all caused by one request. */
export function tradeFeed(trades: readonly TradeRecord[], requestId?: string): Uint8Array | undefined {
  return feedOf(
    trades.map((trade) => ({
      kind: 'TradeExecuted',
      symbol: trade.symbol,
      number: trade.eventNumber,
      timestampMs: trade.timestampMs,
      requestId,
      account: trade.makerAccount,
      orderId: trade.makerOrderId,
      price: trade.price,
      quantity: trade.quantity,
      tradeNumber: trade.tradeNumber,
      takerAccount: trade.takerAccount,
      takerOrderId: trade.takerOrderId,
      takerSells: trade.takerSide === 'SELL',
    })),
  )
}
