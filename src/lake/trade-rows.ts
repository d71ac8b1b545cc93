/** A row of the table `trades` for each TradeExecuted. lake-columns.ts says what it means. */

import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { tradeIdOf } from '../protocol/event/events.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import { TRADE_ECHO_FIELDS, tradeEchoOf } from '../protocol/order/echo-fields.ts'
import { formatSteps, formatStepsShort } from '../protocol/units.ts'
import type { LakeValue } from './lake-batch.ts'

/** The values of a row in the order of the columns. */
export function tradeRow(event: EventCursor, { tick, lot }: Instrument): LakeValue[] {
  const echo = tradeEchoOf(event.echo, event.takerEcho) as Readonly<Record<string, LakeValue>> | undefined
  return [
    tradeIdOf(event.symbol, event.tradeNumber),
    event.symbol,
    event.tradeNumber,
    event.number,
    formatSteps(event.price, tick),
    formatStepsShort(event.quantity, lot),
    event.takerSells ? 'SELL' : 'BUY',
    event.account,
    event.orderId,
    event.takerAccount,
    event.takerOrderId,
    event.timestampMs,
    event.requestId ?? null,
    ...TRADE_ECHO_FIELDS.map(({ name }) => echo?.[name] ?? null),
  ]
}
