/**
 * Makes an object of the protocol from a cursor. For readers of few events, because the object costs more than
 * the match that caused it. Fields that do not apply are absent.
 */

import type { TradingPhase } from '../command/trading-phases.ts'
import { termsOf } from '../order/order-terms.ts'
import type { CancelReason, RejectReason } from '../reasons.ts'
import { tradeRecord } from '../trade-record.ts'
import type { Lots, Ticks } from '../units.ts'
import type { EventCursor } from './event-cursor.ts'
import type { Event, TradeExecuted } from './events.ts'

/** The fields that every event begins with. */
interface Head {
  readonly symbol: string
  readonly number: number
  readonly timestampMs: number
  readonly requestId?: string
}

export function eventOf(event: EventCursor): Event {
  switch (event.kind) {
    case 'OrderAccepted':
      return { kind: event.kind, ...headOf(event), ...namesOf(event), ...askedOf(event) }
    case 'OrderRejected': {
      const reason = event.reason as RejectReason
      return { kind: event.kind, ...headOf(event), ...namesOf(event), ...askedOf(event), reason }
    }
    case 'TradeExecuted':
      return tradeOf(event)
    case 'OrderCanceled': {
      const reason = event.reason as CancelReason
      const quantity = event.quantity as Lots
      return { kind: event.kind, ...headOf(event), ...namesOf(event), reason, quantity, ...event.echo }
    }
    case 'OrderAmended': {
      const { priorityKept } = event
      const terms = { price: event.price as Ticks, quantity: event.quantity as Lots }
      return { kind: event.kind, ...headOf(event), ...namesOf(event), ...terms, priorityKept, ...event.echo }
    }
    case 'CancelRejected':
      return { kind: event.kind, ...headOf(event), ...refusalOf(event) }
    case 'AmendRejected':
      return { kind: event.kind, ...headOf(event), ...refusalOf(event) }
    case 'PhaseChanged':
      return { kind: event.kind, ...headOf(event), phase: event.phase as TradingPhase, ...event.operatorNote }
    case 'PriceBandSet': {
      const low = event.bandLow as Ticks
      const high = event.bandHigh as Ticks
      const bounds = { ...(low !== 0 && { low }), ...(high !== 0 && { high }) }
      return { kind: event.kind, ...headOf(event), ...bounds, ...event.operatorNote }
    }
    case 'InstrumentDefined':
    case 'InstrumentChanged': {
      const { symbol: _, ...instrument } = event.instrument ?? {
        symbol: '',
        base: '',
        quote: '',
        tickSize: '',
        lotSize: '',
      }
      return { kind: event.kind, ...headOf(event), ...instrument, ...event.operatorNote }
    }
    case 'InstrumentClosed':
      return { kind: event.kind, ...headOf(event), ...event.operatorNote }
    case 'RulesAdopted':
      return { kind: event.kind, ...headOf(event), rules: event.rules, ...event.operatorNote }
    case 'ControlRejected':
      return { kind: event.kind, ...headOf(event), reason: event.reason as RejectReason, ...event.operatorNote }
  }
}

function headOf({ symbol, number, timestampMs, requestId }: EventCursor): Head {
  return requestId === undefined ? { symbol, number, timestampMs } : { symbol, number, timestampMs, requestId }
}

const namesOf = ({ account, orderId }: EventCursor) => ({ account, orderId })

const refusalOf = (event: EventCursor) => ({
  ...namesOf(event),
  reason: event.reason as RejectReason,
  ...event.echo,
})

function askedOf({ options, price, quantity, extras }: EventCursor) {
  return termsOf(options, price === 0 ? undefined : (price as Ticks), quantity as Lots, extras)
}

/** The fields of its record. The event has its number with the fields that every event begins with. */
function tradeOf(event: EventCursor): TradeExecuted {
  const { eventNumber: _, ...trade } = tradeRecord(event)
  return { kind: 'TradeExecuted', ...headOf(event), ...trade }
}
