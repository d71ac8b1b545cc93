/**
 * What the events of each kind concern. The matcher's cursor, the feed and the folds of events use this one table,
 * so a new kind does not compile until it is here.
 */

import type { EventKind } from './events.ts'

/**
 * order: one order; trade: two orders; symbol: the symbol itself, by a command of an operator. New kinds are added
 * at the end only, because the feed contains the place of a kind in this table.
 */
const SUBJECTS = {
  OrderAccepted: 'order',
  OrderRejected: 'order',
  TradeExecuted: 'trade',
  OrderCanceled: 'order',
  OrderAmended: 'order',
  CancelRejected: 'order',
  AmendRejected: 'order',
  PhaseChanged: 'symbol',
  PriceBandSet: 'symbol',
  InstrumentDefined: 'symbol',
  InstrumentChanged: 'symbol',
  InstrumentClosed: 'symbol',
  RulesAdopted: 'symbol',
  ControlRejected: 'symbol',
} as const satisfies Record<EventKind, 'order' | 'trade' | 'symbol'>

/** The kinds of events that concern a symbol itself. */
export type SymbolEventKind = {
  [K in EventKind]: (typeof SUBJECTS)[K] extends 'symbol' ? K : never
}[EventKind]
/** The kinds of events that concern one order, or the two orders of a trade. */
export type OrderEventKind = Exclude<EventKind, SymbolEventKind>

/** In the order of the table. */
export const EVENT_KINDS = Object.keys(SUBJECTS) as readonly EventKind[]

/** Whether events of this kind concern the symbol itself and not an order. */
export const concernsSymbol = (kind: EventKind): kind is SymbolEventKind => SUBJECTS[kind] === 'symbol'
