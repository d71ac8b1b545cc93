import { expect, test } from 'vitest'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import { BrokenInvariant } from '../protocol/assert.ts'
import type { Command } from '../protocol/command/commands.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'

test.each<Command>([
  placeOrder('a'),
  { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' },
  { kind: 'ChangeInstrument', symbol: 'BTCUSD', base: 'X' },
  { kind: 'AdoptRules', symbol: 'BTCUSD', rules: 2 },
])('no command is applied before its instrument is defined: $kind', (command) => {
  const matcher = new ExchangeMatcher()
  const nothing = { take: () => expect.fail('an event') }
  const apply = () => matcher.apply({ position: '1', timestampMs: 1, commands: [command] }, nothing)
  expect(apply).toThrow(BrokenInvariant)
  expect(apply).toThrow(`BTCUSD: ${command.kind} before the instrument is defined`)
})

test('a read creates no symbol', () => {
  const matcher = new ExchangeMatcher()
  expect(matcher.locate('ann', 'a')).toBeUndefined()
  expect(() => matcher.namesOf('BTCUSD')).toThrow(BrokenInvariant)
  expect(matcher.symbols.size).toBe(0)
})
