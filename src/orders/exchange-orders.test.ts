import { expect, test } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import { ENTRIES_PER_STEP, type Paced } from '../ports/paced.ts'
import { lots } from '../protocol/units.ts'
import type { ExchangeState } from '../recovery/exchange-state.ts'

/** Trades in two symbols: many in the first, so that a read of the second pauses, and three in the second. */
function trade(state: ExchangeState, name: string, timestampMs: number): void {
  const both = (symbol: string, count: number) => [
    placeOrder(`${name} sell ${symbol}`, { symbol, side: 'SELL', account: 'bob', quantity: lots(count) }),
    ...Array.from({ length: count }, (_, i) => placeOrder(`${name} ${symbol} ${i}`, { symbol, quantity: lots(1) })),
  ]
  const commands = [...both('BTCUSD', ENTRIES_PER_STEP), ...both('ETHUSD', 3)]
  state.apply({ position: name, timestampMs, commands })
}

/** Finishes paced work, with `between` after its first step. */
function interrupted<T>(work: Paced<T>, between: () => void): T {
  expect(work.next().done).toBe(false)
  between()
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

const numbersOf = (rows: readonly { tradeNumber: number }[]) => rows.map(({ tradeNumber }) => tradeNumber)

test('a read of trades that a commit interrupts has each trade once', () => {
  const state = definedState()
  const { orders } = state
  trade(state, '1', 1)
  const rows = interrupted(orders.trades('ETHUSD', { limit: 100 }), () => state.takeCommit())
  expect(numbersOf(rows)).toEqual([3, 2, 1])
})

test('a read of trades continues if all of them are stored meanwhile', () => {
  const state = definedState()
  const { orders } = state
  trade(state, '1', 1)
  state.takeCommit()
  trade(state, '2', 2)
  const rows = interrupted(orders.trades('ETHUSD', { limit: 100 }), () => {
    orders.committedUpTo('1')
    state.takeCommit()
    orders.committedUpTo('2')
  })
  expect(numbersOf(rows)).toEqual([6, 5, 4, 3, 2, 1])
})
