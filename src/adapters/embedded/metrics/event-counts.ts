/**
 * Counts events for the metrics, on the core thread, as a fold: orders by outcome, cancels and rejections by reason.
 * The counts begin at zero with the process; what a start replays is not counted. Nothing here is counted by account,
 * order or symbol, so the number of counts is fixed.
 */

import type { EventCursor, EventFold } from '../../../protocol/event/event-cursor.ts'
import { CANCEL_REASONS, type CancelReason, REJECT_REASONS, type RejectReason } from '../../../protocol/reasons.ts'

/** What happened to orders. An order is accepted or rejected, and an accepted one has later one of the other three. */
export const ORDER_OUTCOMES = ['accepted', 'rejected', 'filled', 'canceled', 'expired'] as const
const [ACCEPTED, REJECTED, FILLED, CANCELED, EXPIRED] = ORDER_OUTCOMES.keys()

/** What the matcher can reject. `operate`: a command of an operator. */
export const REJECTED_COMMANDS = ['place', 'amend', 'cancel', 'operate'] as const
const [PLACE, AMEND, CANCEL, OPERATE] = REJECTED_COMMANDS.keys()

const REJECT_PLACES = new Map(REJECT_REASONS.map((reason, place) => [reason, place]))
const CANCEL_PLACES = new Map(CANCEL_REASONS.map((reason, place) => [reason, place]))

export interface CountedEvents {
  /** By {@link ORDER_OUTCOMES}. */
  readonly orders: Float64Array
  /** By `CANCEL_REASONS`. */
  readonly cancels: Float64Array
  /** By {@link REJECTED_COMMANDS}, each with all of `REJECT_REASONS`. */
  readonly rejects: Float64Array
  readonly amendments: number
}

export class EventCounts implements EventFold {
  private readonly orders = new Float64Array(ORDER_OUTCOMES.length)
  private readonly cancels = new Float64Array(CANCEL_REASONS.length)
  private readonly rejects = new Float64Array(REJECTED_COMMANDS.length * REJECT_REASONS.length)
  private readonly amendments = new Float64Array(1)

  take(event: EventCursor): void {
    switch (event.kind) {
      case 'OrderAccepted':
        this.orders[ACCEPTED]++
        break
      case 'TradeExecuted':
        if (event.makerFilled) this.orders[FILLED]++
        if (event.takerFilled) this.orders[FILLED]++
        break
      case 'OrderCanceled':
        this.cancel(event.reason as CancelReason)
        break
      case 'OrderAmended':
        this.amendments[0]++
        break
      case 'OrderRejected':
        this.orders[REJECTED]++
        this.reject(PLACE, event)
        break
      case 'AmendRejected':
        this.reject(AMEND, event)
        break
      case 'CancelRejected':
        this.reject(CANCEL, event)
        break
      case 'ControlRejected':
        this.reject(OPERATE, event)
        break
    }
  }

  /** A copy. */
  counts(): CountedEvents {
    const { orders, cancels, rejects, amendments } = this
    return { orders: orders.slice(), cancels: cancels.slice(), rejects: rejects.slice(), amendments: amendments[0] }
  }

  private cancel(reason: CancelReason): void {
    this.orders[reason === 'expired' ? EXPIRED : CANCELED]++
    this.cancels[CANCEL_PLACES.get(reason) as number]++
  }

  private reject(command: number, { reason }: EventCursor): void {
    this.rejects[command * REJECT_REASONS.length + (REJECT_PLACES.get(reason as RejectReason) as number)]++
  }
}
