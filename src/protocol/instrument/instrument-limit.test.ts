import { expect, test } from 'vitest'
import type { Command } from '../command/commands.ts'
import { InstrumentLimit } from './instrument-limit.ts'

const define = (symbol: string): Command => ({
  kind: 'DefineInstrument',
  symbol,
  base: 'A',
  quote: 'B',
  tickSize: '1',
  lotSize: '1',
})
const others = (): Map<string, unknown> => new Map([['A', {}]])

test('the definitions under way count, each symbol once', () => {
  const instruments = others()
  const limit = new InstrumentLimit(instruments, 3)
  expect(['B', 'B', 'C', 'D'].map((symbol) => limit.enter(define(symbol)))).toEqual([true, true, true, false])
  instruments.set('B', {})
  expect(limit.enter(define('D'))).toBe(false)
})

test('a symbol that is listed can be defined at the limit, to reopen it', () => {
  expect(new InstrumentLimit(others(), 1).enter(define('A'))).toBe(true)
})

test('a definition that was rejected or lost no longer counts; one that was applied counts once', () => {
  const instruments = others()
  const limit = new InstrumentLimit(instruments, 2)
  for (let i = 0; i < 2; i++) expect(limit.enter(define('B'))).toBe(true)
  limit.leave(define('B'))
  expect(limit.enter(define('C'))).toBe(false)
  limit.leave(define('B'))
  expect(limit.enter(define('C'))).toBe(true)
  instruments.set('C', {})
  limit.leave(define('C'))
  expect(limit.enter(define('D'))).toBe(false)
})

test('other commands always enter', () => {
  expect(new InstrumentLimit(others(), 0).enter({ kind: 'CloseInstrument', symbol: 'B' })).toBe(true)
})
