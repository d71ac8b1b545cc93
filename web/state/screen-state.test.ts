/** The small decisions of the state: each is a pure function. */

import { expect, test } from 'vitest'
import { titleOf } from './document.ts'
import { firstSymbol } from './market/instruments.ts'
import { notCurrent } from './market/market.ts'
import { symbolRows } from './market/symbol-rows.ts'
import { dismiss, notices, notify } from './page/notices.ts'
import { routeOf } from './page/route.ts'
import { linkStateOf } from './session/connection.ts'

test('an attempt after a lost connection still says that it was lost', () => {
  expect(linkStateOf('connecting', 'connecting')).toBe('connecting')
  expect(linkStateOf('waiting', 'connecting')).toBe('connecting')
  expect(linkStateOf('open', 'connecting')).toBe('live')
  expect(linkStateOf('waiting', 'live')).toBe('lost')
  expect(linkStateOf('connecting', 'lost')).toBe('lost')
  expect(linkStateOf('closed', 'live')).toBe('refused')
})

test('data that is not current is stale if it was live, and refused if the exchange said so', () => {
  const freshnessOf = (freshness: 'loading' | 'live' | 'stale', failure?: Error) =>
    notCurrent({ freshness }, failure).freshness
  expect([freshnessOf('loading'), freshnessOf('live'), freshnessOf('stale')]).toEqual(['loading', 'stale', 'stale'])
  expect(freshnessOf('loading', new Error('too_many_subscriptions'))).toBe('refused')
  expect(freshnessOf('live', new Error('instrument_not_found'))).toBe('refused')
})

test('the title has the last price and the symbol', () => {
  expect(titleOf('trade', 'BTCUSD', '50021.83')).toBe('50,021.83 BTCUSD · Bidding Exchange')
  expect(titleOf('trade', 'BTCUSD', null)).toBe('BTCUSD · Bidding Exchange')
  expect(titleOf('trade', '', null)).toBe('Bidding Exchange')
  expect(titleOf('operations', 'BTCUSD', '1')).toBe('Operations · Bidding Exchange')
})

test('the first symbol is one that is watched, then one that is open', () => {
  const rows = [
    { symbol: 'A', closed: true },
    { symbol: 'B', closed: false },
    { symbol: 'C', closed: false },
  ]
  expect(firstSymbol(rows, ['A', 'C'])).toBe('C')
  expect(firstSymbol(rows, [])).toBe('B')
  expect(firstSymbol(rows.slice(0, 1), [])).toBe('A')
  expect(firstSymbol([], [])).toBe('')
})

test('five notices are shown; one that is dismissed is gone', () => {
  for (let i = 1; i <= 7; i++) notify('error', `no ${i}`)
  expect(notices.value.map(({ text }) => text)).toEqual(['no 3', 'no 4', 'no 5', 'no 6', 'no 7'])
  dismiss(notices.value[0].id)
  expect(notices.value).toHaveLength(4)
})

test.each([
  ['#/operations', 'operations'],
  ['', 'trade'],
  ['#/other', 'trade'],
] as const)('%s leads to %s', (hash, route) => expect(routeOf(hash)).toBe(route))

test('a search finds what is watched first, then what begins with it', () => {
  const row = (symbol: string, closed = false) => ({ symbol, base: symbol.slice(0, 3), quote: 'USD', closed })
  const rows = [row('XETH'), row('ETHUSD', true), row('ETHEUR'), row('YETH'), row('BTCUSD')]
  const found = (search: string, watched: string[]) => symbolRows(rows, search, watched).map(({ symbol }) => symbol)
  expect(found('eth', ['YETH'])).toEqual(['YETH', 'ETHEUR', 'XETH', 'ETHUSD'])
  expect(found('', [])).toEqual(['XETH', 'ETHEUR', 'YETH', 'BTCUSD', 'ETHUSD'])
})
