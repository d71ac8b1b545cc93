import { expect, test } from 'vitest'
import type { Command } from '../protocol/commands.ts'
import type { Event } from '../protocol/events.ts'
import { outcomeOf } from './outcome.ts'

const base = { symbol: 'BTCUSD', number: 1, timestampMs: 1, account: 'ann', orderId: 'a' }
const canceled = (reason: 'cancel_all' | 'expired') =>
  ({ kind: 'OrderCanceled', ...base, reason, quantity: 1 }) as unknown as Event

test('nothing to tell is told as nothing', () => {
  expect(outcomeOf({ kind: 'ChangePhase', symbol: 'BTCUSD', phase: 'HALTED' }, [], undefined)).toEqual({})
})

test.each(['CancelRejected', 'AmendRejected', 'ControlRejected'] as const)('%s gives its reason', (kind) => {
  const cancel: Command = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' }
  const events = [{ ...base, kind, reason: 'order_not_open' } as Event]
  expect(outcomeOf(cancel, events, undefined)).toEqual({ rejection: 'order_not_open' })
})

test('a cancel-all counts what it ended, not what expired on the way', () => {
  const cancelAll: Command = { kind: 'CancelAllOrders', symbol: 'BTCUSD', account: 'ann' }
  const events = [canceled('expired'), canceled('cancel_all'), canceled('cancel_all')]
  expect(outcomeOf(cancelAll, events, undefined)).toEqual({ canceled: 2 })
  expect(outcomeOf(cancelAll, [], undefined)).toEqual({ canceled: 0 })
})
