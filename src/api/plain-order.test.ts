import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CORE_ORDER_FIELDS, OPTIONAL_FIELDS, requestNameOf } from '../protocol/order/order-fields.ts'
import { placeOrderBody } from './order-requests.ts'
import { plainOrderFields } from './plain-order.ts'

const EXAMPLES: Readonly<Record<string, unknown>> = {
  orderId: 'a-1',
  symbol: 'BTCUSD',
  ...Object.fromEntries(Object.entries(CORE_ORDER_FIELDS).map(([name, { example }]) => [name, example])),
  ...Object.fromEntries(OPTIONAL_FIELDS.map((field) => [requestNameOf(field), field.example])),
}
const names = Object.keys(EXAMPLES)

test('it accepts an order with every field', () => {
  expect(plainOrderFields(EXAMPLES)).toBe(EXAMPLES)
  expect(plainOrderFields({ ...EXAMPLES, quantity: 1.5, price: 50_000 })).toBeDefined()
})

test('what it accepts, the schema takes without a change', () => {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names) },
    fc.constantFrom('__proto__', 'constructor', 'colour', 'expiresAtMs'),
  )
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...Object.values(EXAMPLES)) },
    fc.constantFrom('', '.', '..', 'x'.repeat(65), 'a b', '\u0000', 'buy', 1, -1, 0.5, Symbol('1'), [], {}, ['BUY']),
    fc.jsonValue({ maxDepth: 1 }),
  )
  const order = fc
    .tuple(fc.subarray(names, { minLength: names.length - 3 }), fc.array(fc.tuple(name, value), { maxLength: 3 }))
    .map(([kept, changes]) => {
      // As JSON.parse does, which makes __proto__ an own field.
      const entries = [...kept.map((field): [string, unknown] => [field, EXAMPLES[field]]), ...changes]
      return Object.fromEntries(entries)
    })
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: order }, fc.jsonValue()), (body) => {
      const fields = plainOrderFields(body)
      if (fields === undefined) return
      accepted++
      const shape = placeOrderBody.safeParse(body)
      expect(shape.error).toBeUndefined()
      expect(shape.data).toEqual(fields)
    }),
    { numRuns: 2_000 },
  )
  expect(accepted).toBeGreaterThan(0)
})

test('it leaves to the schema what the schema rejects or converts', () => {
  for (const field of ['symbol', 'side', 'quantity']) {
    const { [field]: _, ...rest } = EXAMPLES
    expect(plainOrderFields(rest)).toBeUndefined()
  }
  for (const body of [null, [], 'order', 1, undefined, [EXAMPLES]]) expect(plainOrderFields(body)).toBeUndefined()
  expect(plainOrderFields({ ...EXAMPLES, quantity: Symbol('1e400') })).toBeUndefined()
  expect(plainOrderFields(JSON.parse('{"symbol":"A","side":"BUY","quantity":1,"__proto__":{}}'))).toBeUndefined()
})
