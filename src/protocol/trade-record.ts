/** Makes the record of a trade from its event. */

import type { EventCursor } from './event/event-cursor.ts'
import { EventFeedReader } from './event/event-feed-reader.ts'
import { tradeEchoOf } from './order/echo-fields.ts'
import type { TradeRecord } from './records.ts'
import type { Lots, Ticks } from './units.ts'

/** What everybody may see of a trade. */
export type ShownTrade = Pick<
  TradeRecord,
  'symbol' | 'tradeNumber' | 'eventNumber' | 'price' | 'quantity' | 'takerSide' | 'timestampMs'
>

/** Of a TradeExecuted. It needs no names of orders and accounts, which take as long to read as the rest. */
export const shownTrade = (event: EventCursor): ShownTrade => ({
  symbol: event.symbol,
  tradeNumber: event.tradeNumber,
  eventNumber: event.number,
  price: event.price as Ticks,
  quantity: event.quantity as Lots,
  takerSide: event.takerSells ? 'SELL' : 'BUY',
  timestampMs: event.timestampMs,
})

/** The record of a TradeExecuted. */
export function tradeRecord(event: EventCursor): TradeRecord {
  const record: TradeRecord = {
    symbol: event.symbol,
    tradeNumber: event.tradeNumber,
    eventNumber: event.number,
    price: event.price as Ticks,
    quantity: event.quantity as Lots,
    takerSide: event.takerSells ? 'SELL' : 'BUY',
    makerAccount: event.account,
    makerOrderId: event.orderId,
    takerAccount: event.takerAccount,
    takerOrderId: event.takerOrderId,
    timestampMs: event.timestampMs,
  }
  const { echo, takerEcho } = event
  return echo === undefined && takerEcho === undefined ? record : { ...record, ...tradeEchoOf(echo, takerEcho) }
}

/** A trade, and the request that the aggressor sent. */
export interface RequestedTrade {
  readonly trade: TradeRecord
  readonly requestId: string | undefined
}

/** The trades in a batch of the feed, in order. Throws UnknownVersion or NotAFeed. */
export const tradesIn = (batch: Uint8Array): RequestedTrade[] => tradesAndMore(batch).trades

/**
 * The trades in a batch, and the number of its last event that concerns the symbol; 0: none. Throws UnknownVersion or
 * NotAFeed.
 */
export function tradesAndMore(batch: Uint8Array): { trades: RequestedTrade[]; symbolEvent: number } {
  const trades: RequestedTrade[] = []
  let symbolEvent = 0
  const event = new EventFeedReader(batch)
  while (event.next()) {
    if (event.kind === 'TradeExecuted') trades.push({ trade: tradeRecord(event), requestId: event.requestId })
    else if (event.concernsSymbol) symbolEvent = event.number
  }
  return { trades, symbolEvent }
}
