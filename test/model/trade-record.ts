/** The record of a trade, made from its event. */

import type { TradeExecuted } from '../../src/protocol/event/events.ts'
import type { TradeRecord } from '../../src/protocol/records.ts'

export function tradeRecord({ kind: _, number, requestId: __, ...trade }: TradeExecuted): TradeRecord {
  return { ...trade, eventNumber: number }
}
