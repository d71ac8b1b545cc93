/** The fields that few events have, of any event. They travel as JSON. */

import type { EventCursor } from './event-cursor.ts'
import type { RareFields } from './feed-format.ts'

/** Says of every kind which rare fields it has. */
export function rareFieldsOf(event: EventCursor): RareFields | undefined {
  switch (event.kind) {
    case 'OrderAccepted':
    case 'OrderRejected':
      return event.extras === undefined ? undefined : { extras: event.extras }
    case 'TradeExecuted':
    case 'OrderCanceled':
    case 'OrderAmended':
    case 'CancelRejected':
    case 'AmendRejected': {
      const { echo, takerEcho } = event
      if (echo === undefined && takerEcho === undefined) return undefined
      return { ...(echo !== undefined && { echo }), ...(takerEcho !== undefined && { takerEcho }) }
    }
    case 'PhaseChanged': {
      const { phase } = event
      return { ...symbolFieldsOf(event), ...(phase !== undefined && { phase }) }
    }
    case 'PriceBandSet':
      return { ...symbolFieldsOf(event), bandLow: event.bandLow, bandHigh: event.bandHigh }
    case 'InstrumentDefined':
    case 'InstrumentChanged':
    case 'InstrumentClosed':
    case 'RulesAdopted':
    case 'ControlRejected':
      return symbolFieldsOf(event)
    default:
      event.kind satisfies never
      return undefined
  }
}

function symbolFieldsOf({ operatorNote: note, instrument, rules }: EventCursor): RareFields {
  return { rules, ...(instrument !== undefined && { instrument }), ...(note !== undefined && { note }) }
}
