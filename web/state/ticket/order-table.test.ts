import { expect, test } from 'vitest'
import { optionWords } from './order-table.ts'

const ORDER = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', timeInForce: 'GTD', quantity: '1', price: '1' } as const

test('the options of an order in words; what has its default is not named', () => {
  const options = { postOnly: true, selfTradePrevention: 'EXPIRE_BOTH', tag: 'desk 7' } as const
  expect(optionWords({ ...ORDER, ...options, expiresAt: '2030-01-31T12:00:00Z' })).toEqual([
    'post only',
    'self-trade: cancel both',
    'expires: 2030-01-31T12:00:00Z',
    'tag: desk 7',
  ])
  expect(optionWords({ ...ORDER, tag: '\u202Eevil' })).toEqual(['tag: \u2068\u202Eevil\u2069'])
  expect(optionWords({ ...ORDER, postOnly: false, selfTradePrevention: 'NONE' })).toEqual([])
})
