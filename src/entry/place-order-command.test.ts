import { describe, expect, test } from 'vitest'
import { DEMO_INSTRUMENTS } from '../protocol/instrument/instrument.ts'
import { newlyListed } from '../protocol/instrument/instrument-directory.ts'
import { Rejection } from '../protocol/rejection.ts'
import { RULES_NEWEST } from '../protocol/versions.ts'
import type { OrderFields } from './order-fields.ts'
import { placeOrderCommand } from './place-order-command.ts'

const context = {
  instruments: new Map(DEMO_INSTRUMENTS.map((text) => [text.symbol, newlyListed(text, RULES_NEWEST)])),
  account: 'ann',
  nowMs: 1_000,
  newOrderId: () => 'made-1',
}
const ORDER: OrderFields = { symbol: 'BTCUSD', side: 'BUY', quantity: '1.5', price: '50000' }
const commandOf = (fields: object) => placeOrderCommand({ ...ORDER, ...fields }, context)

test('makes a command from fields that are all text, as other dialects send them', () => {
  expect(commandOf({})).toEqual({
    kind: 'PlaceOrder',
    symbol: 'BTCUSD',
    account: 'ann',
    orderId: 'made-1',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: 150_000_000,
    price: 5_000_000,
  })
})

test('accepts an expiry as text or as milliseconds', () => {
  const text = commandOf({ timeInForce: 'GTD', expiresAt: '1970-01-01T00:00:02Z' })
  expect(text).toEqual(commandOf({ timeInForce: 'GTD', expiresAt: 2_000 }))
  expect(text).toMatchObject({ expiresAtMs: 2_000 })
})

describe('rejects fields that a dialect has not checked, with the first code of the list', () => {
  test.each([
    [{ side: undefined, orderId: 'a/b' }, 'missing_field', 'side'],
    [{ quantity: undefined }, 'missing_field', 'quantity'],
    [{ orderId: '..', side: 'HOLD' }, 'invalid_order_id', 'orderId'],
    [{ side: 'HOLD', symbol: 'NONE' }, 'invalid_value', 'side'],
    [{ type: 'STOP' }, 'invalid_value', 'type'],
    [{ timeInForce: 'DAY' }, 'invalid_value', 'timeInForce'],
    [{ selfTradePrevention: 'ALL' }, 'invalid_value', 'selfTradePrevention'],
    [{ timeInForce: 'GTD', expiresAt: Number.NaN }, 'expires_at_not_a_timestamp', 'expiresAt'],
    [{ timeInForce: 'GTD', expiresAt: 1_000.5 }, 'expires_at_not_a_timestamp', 'expiresAt'],
    [{ timeInForce: 'GTD', expiresAt: 1_000 }, 'expires_at_not_in_future', 'expiresAt'],
  ])('%j → %s', (fields, code, field) => {
    const rejection = commandOf(fields)
    expect(rejection).toBeInstanceOf(Rejection)
    expect(rejection).toMatchObject({ code, field })
  })
})
