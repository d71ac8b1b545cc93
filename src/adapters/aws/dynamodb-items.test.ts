import { expect, test } from 'vitest'
import { INSTRUMENTS, tradeRecord } from '../../../test/contracts/sample-records.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import { TRADE_ECHO_FIELDS } from '../../protocol/order/echo-fields.ts'
import { tradeItem, tradeOf } from './dynamodb-items.ts'

const btcusd = INSTRUMENTS.get('BTCUSD') as Instrument

test.each(TRADE_ECHO_FIELDS)('a trade keeps $name, and only that', ({ field, name }) => {
  const trade = { ...tradeRecord(7), [name]: field.example }
  const item = tradeItem(trade, btcusd)
  expect(item[name]).toEqual({ S: field.example })
  expect(tradeOf(item, INSTRUMENTS)).toStrictEqual(trade)
})

test('a trade of orders without such fields has a row of rules 1', () => {
  const item = tradeItem(tradeRecord(7), btcusd)
  for (const { name } of TRADE_ECHO_FIELDS) expect(item).not.toHaveProperty(name)
  expect(tradeOf(item, INSTRUMENTS)).toStrictEqual(tradeRecord(7))
})
