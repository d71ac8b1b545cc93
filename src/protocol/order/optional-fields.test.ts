import { expect, test } from 'vitest'
import { lots, ticks } from '../units.ts'
import { copyOptionalFields, NO_RECORDED_FIELDS, noRecordedFields, sameOptionalFields } from './optional-fields.ts'
import {
  OPTIONAL_FIELDS,
  OPTIONAL_ORDER_FIELDS,
  type OptionalOrderFields,
  type OrderField,
  type RecordedFieldsOf,
} from './order-fields.ts'
import { optionsOf } from './order-options.ts'

test('an absent field is recorded as its default, or as null', () => {
  expect(NO_RECORDED_FIELDS).toEqual({ postOnly: false, selfTradePrevention: 'NONE', expiresAtMs: null })
})

test('a later version can add prices and quantities, which records have only if the order has them', () => {
  const table = {
    ...OPTIONAL_ORDER_FIELDS,
    stopPrice: { kind: 'ticks', since: 2, meaning: 'The price that triggers the order.', example: '1.00' },
    displayQuantity: { kind: 'lots', since: 2, meaning: 'The part that the book shows.', example: '1' },
  } as const satisfies Record<string, OrderField>
  const without: RecordedFieldsOf<typeof table> = noRecordedFields(table)
  const record: RecordedFieldsOf<typeof table> = { ...without, stopPrice: ticks(1), displayQuantity: lots(2) }
  expect(without).toEqual(NO_RECORDED_FIELDS)
  expect(record).toMatchObject({ stopPrice: 1, displayQuantity: 2 })
})

test('only the fields that an order has are copied, in the order of the table', () => {
  const copied = {}
  const order: OptionalOrderFields & { side: string } = { expiresAtMs: 7, postOnly: true, side: 'BUY' }
  copyOptionalFields(order, copied)
  expect(Object.entries(copied)).toEqual([
    ['postOnly', true],
    ['expiresAtMs', 7],
  ])
})

test('option bits keep every field that the table assigns to them', () => {
  for (const { name, optionBits, example } of OPTIONAL_FIELDS) {
    const options = optionsOf({ side: 'BUY', [name]: example })
    expect(options !== 0, name).toBe(optionBits === true)
  }
})

test('an explicit default equals an absent field', () => {
  expect(sameOptionalFields(NO_RECORDED_FIELDS, {})).toBe(true)
  expect(sameOptionalFields(NO_RECORDED_FIELDS, { postOnly: false, selfTradePrevention: 'NONE' })).toBe(true)
  expect(sameOptionalFields(NO_RECORDED_FIELDS, { postOnly: true })).toBe(false)
  expect(sameOptionalFields({ ...NO_RECORDED_FIELDS, expiresAtMs: 7 }, {})).toBe(false)
})
