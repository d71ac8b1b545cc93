/**
 * The rows of the lake from the objects of the events, as DuckDB prints them. Written from the meanings of the columns
 * and slow, so that it shares nothing with src/lake.
 */

import type { Event, TradeExecuted } from '../../src/protocol/event/events.ts'

export type Row = Record<string, string | null>
type OrderEvent = Extract<Event, { readonly orderId: string }>
type Terms = { readonly tickSize: string; readonly lotSize: string }

const KINDS = {
  OrderAccepted: 'ACCEPTED',
  OrderRejected: 'REJECTED',
  OrderAmended: 'AMENDED',
  OrderCanceled: 'CANCELED',
  AmendRejected: 'AMEND_REJECTED',
  CancelRejected: 'CANCEL_REJECTED',
} as const

export class ExpectedRows {
  readonly rows = { orders: [] as Row[], trades: [] as Row[] }
  private readonly terms = new Map<string, Terms>()

  /** `facts` are those that only the cursor has. */
  take(event: Event, facts: { readonly sells: boolean; readonly open: number }): void {
    if (event.kind === 'InstrumentDefined' || event.kind === 'InstrumentChanged') this.terms.set(event.symbol, event)
    if (event.kind === 'TradeExecuted') this.rows.trades.push(this.trade(event))
    else if ('orderId' in event) this.rows.orders.push(this.order(event, facts))
  }

  private order(event: OrderEvent, { sells, open }: { sells: boolean; open: number }): Row {
    const { tickSize, lotSize } = this.terms.get(event.symbol) as Terms
    const entering = event.kind === 'OrderAccepted' || event.kind === 'OrderRejected' ? event : undefined
    const amended = event.kind === 'OrderAmended' ? event : undefined
    const terms = entering ?? amended
    const refused = event.kind === 'AmendRejected' || event.kind === 'CancelRejected'
    const remaining = event.kind === 'OrderAccepted' || event.kind === 'OrderCanceled' ? event.quantity : open
    return {
      kind: KINDS[event.kind],
      symbol: event.symbol,
      account: event.account,
      orderid: event.orderId,
      side: refused ? null : sells ? 'SELL' : 'BUY',
      type: entering?.type ?? null,
      timeinforce: entering?.timeInForce ?? null,
      quantity: terms === undefined ? null : decimal(terms.quantity, lotSize),
      price: terms?.price === undefined ? null : decimal(terms.price, tickSize),
      postonly: entering === undefined ? null : String(entering.postOnly ?? false),
      selftradeprevention: entering === undefined ? null : (entering.selfTradePrevention ?? 'NONE'),
      expiresat: entering?.expiresAtMs === undefined ? null : time(entering.expiresAtMs),
      tag: event.tag ?? null,
      reason: 'reason' in event ? (event.reason ?? null) : null,
      remaining: refused || event.kind === 'OrderRejected' ? null : decimal(remaining, lotSize),
      prioritykept: amended === undefined ? null : String(amended.priorityKept),
      eventnumber: String(event.number),
      timestamp: time(event.timestampMs),
      requestid: event.requestId ?? null,
    }
  }

  private trade(event: TradeExecuted): Row {
    const { tickSize, lotSize } = this.terms.get(event.symbol) as Terms
    return {
      tradeid: `${event.symbol}-${event.tradeNumber}`,
      symbol: event.symbol,
      tradenumber: String(event.tradeNumber),
      eventnumber: String(event.number),
      price: decimal(event.price, tickSize),
      quantity: decimal(event.quantity, lotSize),
      takerside: event.takerSide,
      makeraccount: event.makerAccount,
      makerorderid: event.makerOrderId,
      takeraccount: event.takerAccount,
      takerorderid: event.takerOrderId,
      timestamp: time(event.timestampMs),
      requestid: event.requestId ?? null,
      makertag: event.makerTag ?? null,
      takertag: event.takerTag ?? null,
    }
  }
}

/** `count` steps with 12 decimals, by arithmetic of whole numbers. */
export function decimal(count: number, step: string): string {
  const [whole, places = ''] = step.split('.')
  const unscaled = (BigInt(count) * BigInt(whole + places.padEnd(12, '0'))).toString().padStart(13, '0')
  return `${unscaled.slice(0, -12)}.${unscaled.slice(-12)}`
}

/** Without zeros at the end of the fraction, as DuckDB prints it. */
export const time = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '')
