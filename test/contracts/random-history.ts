/** A random history of an exchange in the form of its stream: definitions, then commands of several symbols. */

import * as fc from 'fast-check'
import type { StreamRecord } from '../../src/ports/order-stream.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { PHASES } from '../../src/protocol/command/trading-phases.ts'
import { lots, ticks } from '../../src/protocol/units.ts'
import { FIRST_RECORD, placeOrder } from './sample-records.ts'

const symbol = fc.constantFrom('BTCUSD', 'ETHUSD')
const account = fc.constantFrom('ann', 'bob')
const price = fc.integer({ min: 95, max: 105 }).map(ticks)
const quantity = fc.integer({ min: 1, max: 9 }).map(lots)

/** Ids of placed orders are unique, as after admission. */
const commandAt = (index: number): fc.Arbitrary<Command> => {
  const place = fc
    .record({ symbol, account, price, quantity, side: fc.constantFrom('BUY' as const, 'SELL' as const) })
    .chain((order) =>
      fc.constantFrom(
        placeOrder(`o-${index}`, order),
        placeOrder(`o-${index}`, { ...order, timeInForce: 'IOC' }),
        placeOrder(`o-${index}`, { ...order, timeInForce: 'GTD', expiresAtMs: 1_000 + index * 10 + 100 }),
        placeOrder(`o-${index}`, { ...order, tag: `of ${index} · 🏔` }),
        placeOrder(`o-${index}`, { ...order, postOnly: true, requestId: `r-${index}` }),
      ),
    )
  const orderId = fc.integer({ min: Math.max(0, index - 15), max: index }).map((n) => `o-${n}`)
  const others = fc.oneof(
    fc.record({ kind: fc.constant('CancelOrder' as const), symbol, account, orderId }),
    fc.record({ kind: fc.constant('AmendOrder' as const), symbol, account, orderId, price, quantity }),
    fc.record({ kind: fc.constant('AdvanceTime' as const), symbol }),
    fc.record({ kind: fc.constant('ChangePhase' as const), symbol, phase: fc.constantFrom(...PHASES) }),
    fc.record({ kind: fc.constant('CancelAllOrders' as const), symbol, account }),
    fc.record({ kind: fc.constant('SetPriceBand' as const), symbol, low: fc.constant(ticks(90)) }),
  )
  return fc.oneof({ arbitrary: place, weight: 7 }, { arbitrary: others, weight: 3 })
}

export const randomHistory: fc.Arbitrary<StreamRecord[]> = fc
  .integer({ min: 1, max: 80 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, i) => commandAt(i))))
  .map((commands) => [
    FIRST_RECORD,
    ...commands.map((command, i) => ({
      position: String(i + 1).padStart(16, '0'),
      timestampMs: 1_000 + i * 10,
      commands: [command],
    })),
  ])
