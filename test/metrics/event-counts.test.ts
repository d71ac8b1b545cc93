/** The counts of events agree with the events themselves, on random histories. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventCounts, ORDER_OUTCOMES, REJECTED_COMMANDS } from '../../src/adapters/embedded/metrics/event-counts.ts'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { eventOf } from '../../src/protocol/event/event-of.ts'
import type { Event } from '../../src/protocol/event/events.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../../src/protocol/reasons.ts'
import { ExchangeState } from '../../src/recovery/exchange-state.ts'
import { randomHistory } from '../contracts/random-history.ts'

const COMMAND_OF: Partial<Record<Event['kind'], (typeof REJECTED_COMMANDS)[number]>> = {
  OrderRejected: 'place',
  AmendRejected: 'amend',
  CancelRejected: 'cancel',
  ControlRejected: 'operate',
}

test('orders by outcome, cancels and rejections by reason', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(randomHistory, (records) => {
      const counts = new EventCounts()
      const state = new ExchangeState()
      const events: Event[] = []
      const take = (event: EventCursor): void => {
        counts.take(event)
        events.push(eventOf(event))
      }
      for (const record of records) state.apply(record, { take })
      const { orders, cancels, rejects, amendments } = counts.counts()
      const number = (of: (event: Event) => boolean): number => events.filter(of).length
      const canceledFor = (reason: string) => (event: Event) =>
        event.kind === 'OrderCanceled' && event.reason === reason
      const expired = number(canceledFor('expired'))
      expect(Object.fromEntries(ORDER_OUTCOMES.map((outcome, i) => [outcome, orders[i]]))).toEqual({
        accepted: number(({ kind }) => kind === 'OrderAccepted'),
        rejected: number(({ kind }) => kind === 'OrderRejected'),
        filled: state.takeCommit()?.orders.filter(({ status }) => status === 'FILLED').length ?? 0,
        canceled: number(({ kind }) => kind === 'OrderCanceled') - expired,
        expired,
      })
      expect([...cancels]).toEqual(CANCEL_REASONS.map((reason) => number(canceledFor(reason))))
      expect([...rejects]).toEqual(
        REJECTED_COMMANDS.flatMap((command) =>
          REJECT_REASONS.map((reason) =>
            number((event) => COMMAND_OF[event.kind] === command && 'reason' in event && event.reason === reason),
          ),
        ),
      )
      expect(amendments).toBe(number(({ kind }) => kind === 'OrderAmended'))
      for (const { kind } of events) seen.add(kind)
    }),
  )
  for (const kind of ['OrderAmended', 'OrderCanceled', 'TradeExecuted', ...Object.keys(COMMAND_OF)]) {
    expect(seen).toContain(kind)
  }
})
