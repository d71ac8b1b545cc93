/**
 * The orders of one account as its events change them: for each event the order after it. It continues from the records
 * of the account's open orders. An event that a record contains already is ignored, so the records may be read while
 * events arrive: begin with the events, read the records, then take the events since the beginning.
 *
 * It keeps open orders only. Events of an order that had closed before the records were read are ignored.
 */

import { enteredOrder } from '../protocol/entered-order.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { FILLS_LISTED_MAX } from '../protocol/limits.ts'
import type { CancelReason, RejectReason } from '../protocol/reasons.ts'
import type { OrderRecord } from '../protocol/records.ts'
import type { Lots, Ticks } from '../protocol/units.ts'

export type OrderUpdateType =
  | 'ACCEPTED'
  | 'REJECTED'
  | 'TRADE'
  | 'CANCELED'
  | 'AMENDED'
  | 'CANCEL_REJECTED'
  | 'AMEND_REJECTED'

/** What one trade did to one of its orders. */
export interface OrderFill {
  readonly tradeNumber: number
  readonly price: Ticks
  readonly quantity: Lots
  readonly liquidity: 'MAKER' | 'TAKER'
}

export interface OrderUpdate {
  readonly type: OrderUpdateType
  readonly symbol: string
  readonly orderId: string
  /** The number of the event within the symbol. */
  readonly number: number
  readonly timestampMs: number
  /** TRADE only. */
  readonly fill?: OrderFill
  /** Why an order was rejected or canceled, or a request was rejected. */
  readonly reason?: RejectReason | CancelReason
  /** The order after the event; undefined if the event concerns an order that is not open. */
  readonly order: OrderRecord | undefined
}

const NONE: readonly OrderUpdate[] = []

export class OrderUpdates {
  readonly account: string
  private readonly open = new Map<string, OrderRecord>()

  constructor(account: string) {
    this.account = account
  }

  /** The number of open orders. */
  get size(): number {
    return this.open.size
  }

  /** The records of the open orders. */
  get records(): OrderRecord[] {
    return [...this.open.values()]
  }

  get(orderId: string): OrderRecord | undefined {
    return this.open.get(orderId)
  }

  /** Takes the record of one open order. */
  put(record: OrderRecord): void {
    this.open.set(record.orderId, record)
  }

  forget(orderId: string): void {
    this.open.delete(orderId)
  }

  /** Continues from the records of the account's open orders. */
  restore(records: readonly OrderRecord[]): void {
    this.open.clear()
    for (const record of records) this.open.set(record.orderId, record)
  }

  /** Takes an event of any account; the updates of this account: two if it traded with itself. */
  take(event: EventCursor): readonly OrderUpdate[] {
    const { account } = this
    const own = event.account === account
    if (event.kind === 'TradeExecuted') {
      const maker = own ? this.filled(event, 'MAKER', event.orderId, event.makerFilled) : NONE
      if (event.takerAccount !== account) return maker
      const taker = this.filled(event, 'TAKER', event.takerOrderId, event.takerFilled)
      return maker.length === 0 ? taker : [...maker, ...taker]
    }
    if (!own || event.concernsSymbol) return NONE
    return this.changed(event)
  }

  private changed(event: EventCursor): readonly OrderUpdate[] {
    const { orderId, symbol, number } = event
    const known = this.open.get(orderId)
    const order = known?.symbol === symbol ? known : undefined
    if (order !== undefined && number <= order.lastEvent) return NONE
    switch (event.kind) {
      case 'OrderAccepted':
        return this.updated(event, 'ACCEPTED', enteredOrder(event))
      case 'OrderRejected':
        // An open order has the same id, and the record of this id is that order's.
        if (event.reason === 'duplicate_order_id') return [updateOf(event, 'REJECTED', orderId, known)]
        return [updateOf(event, 'REJECTED', orderId, enteredOrder(event))]
      case 'OrderCanceled': {
        if (order === undefined) return NONE
        const reason = event.reason as CancelReason
        const status = reason === 'expired' ? 'EXPIRED' : 'CANCELED'
        this.open.delete(orderId)
        return [updateOf(event, 'CANCELED', orderId, { ...touched(order, event), status, reason })]
      }
      case 'OrderAmended': {
        if (order === undefined) return NONE
        const { price, quantity } = event
        const placed = order.placed ?? { price: order.price as Ticks, quantity: order.quantity }
        const terms = { price: price as Ticks, quantity: quantity as Lots, placed }
        return this.updated(event, 'AMENDED', { ...touched(order, event), ...terms })
      }
      case 'CancelRejected':
        return [updateOf(event, 'CANCEL_REJECTED', orderId, order)]
      case 'AmendRejected':
        return [updateOf(event, 'AMEND_REJECTED', orderId, order)]
      default:
        return NONE
    }
  }

  private updated(event: EventCursor, type: OrderUpdateType, order: OrderRecord): readonly OrderUpdate[] {
    this.open.set(order.orderId, order)
    return [updateOf(event, type, order.orderId, order)]
  }

  private filled(
    event: EventCursor,
    liquidity: OrderFill['liquidity'],
    orderId: string,
    isFilled: boolean,
  ): readonly OrderUpdate[] {
    const known = this.open.get(orderId)
    const { symbol, number, tradeNumber, price, quantity } = event
    if (known === undefined || known.symbol !== symbol || number <= known.lastEvent) return NONE
    const order: OrderRecord = {
      ...touched(known, event),
      filled: (known.filled + quantity) as Lots,
      fills: known.fills.length < FILLS_LISTED_MAX ? [...known.fills, tradeNumber] : known.fills,
      status: isFilled ? 'FILLED' : 'PARTIALLY_FILLED',
    }
    if (isFilled) this.open.delete(orderId)
    else this.open.set(orderId, order)
    const fill = { tradeNumber, price: price as Ticks, quantity: quantity as Lots, liquidity }
    return [{ ...updateOf(event, 'TRADE', orderId, order), fill }]
  }
}

const touched = (order: OrderRecord, { number, timestampMs }: EventCursor): OrderRecord => ({
  ...order,
  lastEvent: number,
  updatedAtMs: timestampMs,
})

function updateOf(
  event: EventCursor,
  type: OrderUpdateType,
  orderId: string,
  order: OrderRecord | undefined,
): OrderUpdate {
  const { symbol, number, timestampMs, reason } = event
  return { type, symbol, orderId, number, timestampMs, ...(reason !== undefined && { reason }), order }
}
