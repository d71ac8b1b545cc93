import { describe, expect, test, vi } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import type { StreamRecord } from '../ports/order-stream.ts'
import type { Command } from '../protocol/command/commands.ts'
import type { EventCursor } from '../protocol/event/event-cursor.ts'
import { DEMO_INSTRUMENTS } from '../protocol/instrument/instrument.ts'
import { lots } from '../protocol/units.ts'
import { canonical } from './exchange-state.ts'

const record = (position: string, commands: readonly Command[], timestampMs = 1_000): StreamRecord => ({
  position,
  timestampMs,
  commands,
})
const [, ETHUSD] = DEMO_INSTRUMENTS
const SELL = placeOrder('s', { side: 'SELL', quantity: lots(4), account: 'bob' })

test('skips a record that it has applied, and reports that', () => {
  const state = definedState()
  expect(state.apply(record('2', [placeOrder('a')]))).toBe(true)
  for (const position of ['1', '2']) expect(state.apply(record(position, [placeOrder('b')]))).toBe(false)
  expect(state.matcher).toMatchObject({ position: '2', commandCount: 1, eventCount: 1 })
})

test('reports the events of each command with the index of the command', () => {
  const told: [number, string[]][] = []
  let kinds: string[] = []
  const watcher = { take: ({ kind }: EventCursor) => kinds.push(kind) }
  definedState().apply(record('2', [placeOrder('a'), SELL]), watcher, (i) => {
    told.push([i, kinds])
    kinds = []
  })
  expect(told).toEqual([
    [0, ['OrderAccepted']],
    [1, ['OrderAccepted', 'TradeExecuted']],
  ])
})

test('an order that closes at once deletes nothing from a map of V8, which would keep a trace of it', () => {
  const state = definedState()
  const more = { tag: 'x', requestId: 'r' }
  const dated = { ...more, timeInForce: 'GTD', expiresAtMs: 9_000 } as const
  state.apply(record('1', [placeOrder('open', dated)]))
  const deletions = vi.spyOn(Map.prototype, 'delete')
  const closing = [placeOrder('a', { ...more, timeInForce: 'FOK' }), placeOrder('b', { ...more, timeInForce: 'IOC' })]
  const canceled = placeOrder('c', dated)
  const { symbol, account, orderId } = canceled
  state.apply(record('2', [...closing, canceled, { kind: 'CancelOrder', symbol, account, orderId }]))
  expect(deletions.mock.calls.filter(([key]) => typeof key === 'number')).toEqual([])
  vi.restoreAllMocks()
  expect(state.takeCommit()?.orders.map((one) => [one.orderId, one.status, one.requestId])).toEqual(
    ['a', 'b', 'c'].map((id) => [id, 'CANCELED', 'r']),
  )
})

test('a commit contains the closed orders and the trades', () => {
  const state = definedState()
  state.apply(record('1', [placeOrder('a')]))
  state.apply(record('2', [SELL]))
  const commit = state.takeCommit()
  expect(commit).toMatchObject({ from: '', to: '2', trades: [{ tradeNumber: 1, quantity: 4, makerOrderId: 'a' }] })
  expect(commit?.orders.map(({ orderId, status }) => [orderId, status])).toEqual([['s', 'FILLED']])
  state.orders.committedUpTo('2')
  expect(state.takeCommit()).toBeUndefined()
})

test('matching continues during a commit, and orders are found until the store has them', () => {
  const state = definedState()
  const found = () => ['a', 's', 'b'].filter((id) => state.orders.find(id === 's' ? 'bob' : 'ann', id) !== undefined)
  state.apply(record('1', [placeOrder('a'), SELL]))
  state.takeCommit()
  expect(() => state.takeCommit()).toThrow('a commit is under way')
  state.apply(record('2', [placeOrder('b', { timeInForce: 'IOC' })]))
  expect(found()).toEqual(['a', 's', 'b'])
  state.orders.committedUpTo('1')
  expect(found()).toEqual(['a', 'b'])
  expect(state.takeCommit()).toMatchObject({ from: '1', to: '2', orders: [{ orderId: 'b' }] })
  expect([...state.orders.closedOf('ann')].map(({ orderId }) => orderId)).toEqual(['b'])
})

test('a failed commit is repeated, and the records since then are in the next one', () => {
  const state = definedState()
  const ids = () => [...state.orders.closedOf('ann'), ...state.orders.closedOf('bob')].map(({ orderId }) => orderId)
  state.apply(record('1', [placeOrder('a'), SELL]))
  state.takeCommit()
  state.apply(record('2', [placeOrder('b', { timeInForce: 'IOC' })]))
  state.orders.commitFailed()
  expect(state.orders.isOneCommit).toBe(false)
  expect(ids()).toEqual(['b', 's'])
  const repeated = { from: '', to: '1', trades: [{ tradeNumber: 1 }], orders: [{ orderId: 's', filled: 4 }] }
  expect(state.takeCommit()).toMatchObject(repeated)
  state.orders.committedUpTo('1')
  expect(state.orders.isOneCommit).toBe(true)
  expect(ids()).toEqual(['b'])
  expect(state.takeCommit()).toMatchObject({ from: '1', to: '2', orders: [{ orderId: 'b', filled: 0 }] })
})

test('a commit has a limited number of events, and the batches of the rest follow', () => {
  const state = definedState()
  const orders = Array.from({ length: 7_000 }, (_, i) => placeOrder(`o-${i}`, { timeInForce: 'IOC' }))
  for (let i = 1; i <= 5; i++) {
    const named = orders.map((order) => ({ ...order, orderId: `${i}-${order.orderId}` }))
    state.apply(record(String(i), named))
  }
  const uncommitted = state.orders.uncommitted
  const seen: string[] = []
  for (let commit = state.takeCommit(); commit !== undefined; commit = state.takeCommit()) {
    seen.push(`${commit.from}-${commit.to} ${commit.orders.length}`)
    expect(state.orders.find('ann', '5-o-6999')?.status).toBe('CANCELED')
    state.orders.committedUpTo(commit.to)
  }
  expect(seen).toEqual(['-2 14000', '2-4 14000', '4-5 7000'])
  expect([uncommitted >= 70_000, state.orders.uncommitted]).toEqual([true, 0])
})

test('a commit has the rules in force at its end, also if newer ones were adopted while it waited', () => {
  const state = definedState()
  state.apply(record('1', [placeOrder('a', { timeInForce: 'IOC' })]))
  state.takeCommit()
  state.orders.commitFailed()
  state.apply(record('2', [{ kind: 'AdoptRules', rules: 2 }]))
  expect(state.takeCommit()).toMatchObject({ to: '1', rules: 1 })
  state.orders.committedUpTo('1')
  expect(state.takeCommit()).toMatchObject({ to: '2', rules: 2 })
})

test('an id that is open in one symbol is rejected in another', () => {
  const state = definedState()
  const events: string[] = []
  const other = { symbol: 'ETHUSD' } as const
  const cancel = { kind: 'CancelOrder', ...other, account: 'ann', orderId: 'a' } as const
  state.apply(record('1', [placeOrder('a'), placeOrder('a', other), cancel]), {
    take: ({ reason, kind }) => events.push(reason ?? kind),
  })
  expect(events).toEqual(['OrderAccepted', 'duplicate_order_id', 'order_not_open'])
})

test('reports when the next order expires, and which symbols have expired orders', () => {
  const state = definedState()
  expect(state.matcher.nextExpiryMs()).toBe(Number.POSITIVE_INFINITY)
  const gtd = (orderId: string, symbol: string, expiresAtMs: number) =>
    placeOrder(orderId, { symbol, timeInForce: 'GTD', expiresAtMs })
  state.apply(record('1', [gtd('a', 'BTCUSD', 3_000), gtd('b', 'ETHUSD', 2_000)]))
  expect(state.matcher.nextExpiryMs()).toBe(2_000)
  expect(state.matcher.symbolsExpiring(1_999)).toEqual([])
  expect(state.matcher.symbolsExpiring(2_000)).toEqual(['ETHUSD'])
  expect(state.matcher.symbolsExpiring(3_000)).toEqual(['BTCUSD', 'ETHUSD'])
})

test('the state hash is equal for equal histories only', () => {
  const hashOf = (...commands: Command[]): string => {
    const state = definedState()
    state.apply(record('9', commands))
    return state.stateHash()
  }
  const a = placeOrder('a')
  const b = placeOrder('b')
  expect(hashOf(a, b)).toBe(hashOf(a, b))
  const others = [
    [],
    [a],
    [b, a],
    [a, b, SELL],
    [a, placeOrder('b', { requestId: 'r' })],
    [a, placeOrder('b', { account: 'x' })],
  ]
  expect(new Set([hashOf(a, b), ...others.map((commands) => hashOf(...commands))]).size).toBe(others.length + 1)
})

test('canonical text has its fields in a fixed order', () => {
  const state = definedState()
  state.apply(record('1', [placeOrder('a')]))
  const order = state.orders.find('ann', 'a')
  if (order === undefined) throw new Error('no order')
  expect(canonical(Object.fromEntries(Object.entries(order).reverse()) as unknown as typeof order)).toBe(
    canonical(order),
  )
})

test('a cancel-all of an account is applied to the symbols with its orders, in the order of their definition', () => {
  const state = definedState()
  const orders = [
    placeOrder('e1', { symbol: 'ETHUSD' }),
    placeOrder('b1'),
    placeOrder('x1', { symbol: 'ENERGY-DE', account: 'bob' }),
    placeOrder('e2', { symbol: 'ETHUSD' }),
  ]
  const canceled: [string, string][] = []
  state.apply(record('1', [...orders, { kind: 'CancelAllOrders', account: 'ann', requestId: 'r' }]), {
    take({ kind, symbol, orderId, requestId }) {
      if (kind !== 'OrderCanceled') return
      expect(requestId).toBe('r')
      canceled.push([symbol, orderId])
    },
  })
  expect(canceled).toEqual([
    ['BTCUSD', 'b1'],
    ['ETHUSD', 'e1'],
    ['ETHUSD', 'e2'],
  ])
  const { matcher } = state
  expect(matcher).toMatchObject({ commandCount: 5, openOrderCount: 1 })
  expect(matcher.symbols.get('ENERGY-DE')?.commandNumber).toBe(1)
})

test('new rules are in force in every symbol, and in symbols that are defined later', () => {
  const state = definedState(['BTCUSD'])
  const rulesOf = (symbol: string) => state.matcher.symbols.get(symbol)?.book.rules
  state.apply(record('1', [placeOrder('b1')]))
  expect(rulesOf('BTCUSD')).toBe(1)
  state.apply(
    record('2', [
      { kind: 'AdoptRules', rules: 2 },
      { kind: 'DefineInstrument', ...ETHUSD },
    ]),
  )
  expect([rulesOf('BTCUSD'), rulesOf('ETHUSD')]).toEqual([2, 2])
  expect(() => state.apply(record('3', [{ kind: 'AdoptRules', rules: 3 }]))).toThrow('this program supports rules')
})

describe('the venue adopts rules once', () => {
  const adopt = (rules: number, symbol?: string): Command =>
    symbol === undefined ? { kind: 'AdoptRules', rules } : { kind: 'AdoptRules', symbol, rules }

  /** The events of the commands, and by command the reason of a rejection without an event. */
  function applied(commands: readonly Command[]) {
    const state = definedState(['BTCUSD', 'ETHUSD'])
    const events: string[] = []
    const rejections: (string | undefined)[] = []
    const watcher = { take: ({ symbol, kind }: EventCursor) => events.push(`${symbol} ${kind}`) }
    state.apply(record('9', commands), watcher, (_, rejection) => rejections.push(rejection))
    return { state, events, rejections }
  }

  test('a repeated adoption changes nothing, has no event, and is rejected', () => {
    const once = applied([placeOrder('a'), adopt(2)])
    const { state, events, rejections } = applied([placeOrder('a'), adopt(2), adopt(2), adopt(1)])
    expect(events).toEqual(['BTCUSD OrderAccepted', 'BTCUSD RulesAdopted', 'ETHUSD RulesAdopted'])
    expect(rejections).toEqual([undefined, undefined, 'rules_not_newer', 'rules_not_newer'])
    expect(state.matcher.rules).toBe(2)
    expect(state.stateHash()).toBe(once.state.stateHash())
  })

  test('a symbol that follows the rules already has no event', () => {
    const orders = [placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' })]
    const { events, rejections } = applied([...orders, adopt(2, 'ETHUSD'), adopt(2)])
    expect(events.slice(2)).toEqual(['ETHUSD RulesAdopted', 'BTCUSD RulesAdopted'])
    expect(rejections).toEqual([undefined, undefined, undefined, undefined])
  })

  test('an adoption that is addressed to a symbol is rejected by an event of the symbol', () => {
    const { events, rejections } = applied([adopt(2, 'BTCUSD'), adopt(2, 'BTCUSD')])
    expect(events).toEqual(['BTCUSD RulesAdopted', 'BTCUSD ControlRejected'])
    expect(rejections).toEqual([undefined, undefined])
  })
})
