import { expect, test } from 'vitest'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import type { StreamRecord } from '../ports/order-stream.ts'
import type { Command } from '../protocol/commands.ts'
import { lots } from '../protocol/units.ts'
import { canonical, ExchangeMatcher } from './exchange-matcher.ts'

const record = (position: string, commands: Command[], timestampMs = 1_000): StreamRecord => ({
  position,
  timestampMs,
  commands,
})
const SELL = placeOrder('s', { side: 'SELL', quantity: lots(4), account: 'bob' })

test('skips what it has applied, and says so', () => {
  const matcher = new ExchangeMatcher()
  expect(matcher.apply(record('2', [placeOrder('a')]))).toBe(true)
  for (const position of ['1', '2']) expect(matcher.apply(record(position, [placeOrder('b')]))).toBe(false)
  expect(matcher).toMatchObject({ position: '2', commandCount: 1, eventCount: 1 })
})

test('tells the events of each command in its place', () => {
  const told: [number, string[]][] = []
  new ExchangeMatcher().apply(record('2', [placeOrder('a'), SELL]), (i, events) => {
    told.push([i, events.map(({ kind }) => kind)])
  })
  expect(told).toEqual([
    [0, ['OrderAccepted']],
    [1, ['OrderAccepted', 'TradeExecuted']],
  ])
})

test('a commit holds the orders that have ended, and the trades', () => {
  const matcher = new ExchangeMatcher()
  matcher.apply(record('1', [placeOrder('a')]))
  matcher.apply(record('2', [SELL]))
  const commit = matcher.takeCommit()
  expect(commit).toMatchObject({ from: '', to: '2', trades: [{ tradeNumber: 1, quantity: 4, makerOrderId: 'a' }] })
  expect(commit?.orders.map(({ orderId, status }) => [orderId, status])).toEqual([['s', 'FILLED']])
  matcher.committedUpTo('2')
  expect(matcher.takeCommit()).toBeUndefined()
})

test('matching goes on during a commit, and orders are found until the store has them', () => {
  const matcher = new ExchangeMatcher()
  const found = () => ['a', 's', 'b'].filter((id) => matcher.find(id === 's' ? 'bob' : 'ann', id) !== undefined)
  matcher.apply(record('1', [placeOrder('a'), SELL]))
  matcher.takeCommit()
  expect(() => matcher.takeCommit()).toThrow('a commit is under way')
  matcher.apply(record('2', [placeOrder('b', { timeInForce: 'IOC' })]))
  expect(found()).toEqual(['a', 's', 'b'])
  matcher.committedUpTo('1')
  expect(found()).toEqual(['a', 'b'])
  expect(matcher.takeCommit()).toMatchObject({ from: '1', to: '2', orders: [{ orderId: 'b' }] })
  expect([...matcher.endedOf('ann')].map(({ orderId }) => orderId)).toEqual(['b'])
})

test('a commit that failed goes with the next', () => {
  const matcher = new ExchangeMatcher()
  matcher.apply(record('1', [placeOrder('a'), SELL]))
  matcher.takeCommit()
  matcher.apply(record('2', [placeOrder('b', { timeInForce: 'IOC' })]))
  matcher.commitFailed()
  const commit = matcher.takeCommit()
  expect(commit).toMatchObject({ from: '', to: '2', trades: [{ tradeNumber: 1 }] })
  expect(commit?.orders.map(({ orderId, filled }) => [orderId, filled])).toEqual([
    ['s', 4],
    ['b', 0],
  ])
})

test('an id that lives under one symbol does not enter under another', () => {
  const matcher = new ExchangeMatcher()
  const events: string[] = []
  const other = { symbol: 'ETHUSD' } as const
  const cancel = { kind: 'CancelOrder', ...other, account: 'ann', orderId: 'a' } as const
  matcher.apply(record('1', [placeOrder('a'), placeOrder('a', other), cancel]), (_, made) => {
    events.push(...made.map((event) => ('reason' in event ? event.reason : event.kind)))
  })
  expect(events).toEqual(['OrderAccepted', 'duplicate_order_id', 'order_not_open'])
})

test('knows when the next order expires, and whose time has come', () => {
  const matcher = new ExchangeMatcher()
  expect(matcher.nextExpiryMs()).toBe(Number.POSITIVE_INFINITY)
  const gtd = (orderId: string, symbol: string, expiresAtMs: number) =>
    placeOrder(orderId, { symbol, timeInForce: 'GTD', expiresAtMs })
  matcher.apply(record('1', [gtd('a', 'BTCUSD', 3_000), gtd('b', 'ETHUSD', 2_000)]))
  expect(matcher.nextExpiryMs()).toBe(2_000)
  expect(matcher.symbolsExpiring(1_999)).toEqual([])
  expect(matcher.symbolsExpiring(2_000)).toEqual(['ETHUSD'])
  expect(matcher.symbolsExpiring(3_000)).toEqual(['BTCUSD', 'ETHUSD'])
})

test('the state hash is equal for equal histories only', () => {
  const hashOf = (...commands: Command[]): string => {
    const matcher = new ExchangeMatcher()
    matcher.apply(record('9', commands))
    return matcher.stateHash()
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

test('canonical text has its fields in one order', () => {
  const matcher = new ExchangeMatcher()
  matcher.apply(record('1', [placeOrder('a')]))
  const order = matcher.find('ann', 'a')
  if (order === undefined) throw new Error('no order')
  expect(canonical(Object.fromEntries(Object.entries(order).reverse()) as unknown as typeof order)).toBe(
    canonical(order),
  )
})

test('a cancel-all of an account reaches the symbols that hold its orders, in their order', () => {
  const matcher = new ExchangeMatcher()
  const orders = [
    placeOrder('e1', { symbol: 'ETHUSD' }),
    placeOrder('b1'),
    placeOrder('x1', { symbol: 'ENERGY-DE', account: 'bob' }),
    placeOrder('e2', { symbol: 'ETHUSD' }),
  ]
  const told: [number, string, string][] = []
  matcher.apply(record('1', [...orders, { kind: 'CancelAllOrders', account: 'ann', requestId: 'r' }]), (i, events) => {
    for (const event of events) {
      if (event.kind !== 'OrderCanceled') continue
      expect(event.requestId).toBe('r')
      told.push([i, event.symbol, event.orderId])
    }
  })
  expect(told).toEqual([
    [4, 'ETHUSD', 'e1'],
    [4, 'ETHUSD', 'e2'],
    [4, 'BTCUSD', 'b1'],
  ])
  expect(matcher).toMatchObject({ commandCount: 5, liveCount: 1 })
  expect(matcher.symbols.get('ENERGY-DE')?.commandNumber).toBe(1)
})

test('new rules hold in every symbol, and in those that come later', () => {
  const matcher = new ExchangeMatcher()
  const rulesOf = (symbol: string) => matcher.symbols.get(symbol)?.book.rules
  matcher.apply(record('1', [placeOrder('b1')]))
  expect(rulesOf('BTCUSD')).toBe(1)
  matcher.apply(record('2', [{ kind: 'AdoptRules', rules: 2 }, placeOrder('e1', { symbol: 'ETHUSD' })]))
  expect([rulesOf('BTCUSD'), rulesOf('ETHUSD')]).toEqual([2, 2])
  expect(() => matcher.apply(record('3', [{ kind: 'AdoptRules', rules: 3 }]))).toThrow('this program knows rules')
})
