/** Frames that a client may send, valid and not, and the check that an answer is documented. */

import fc from 'fast-check'
import { expect } from 'vitest'
import { PROBLEMS, type ProblemCode } from '../../src/api/problems.ts'
import { CHANNELS, OPERATIONS } from '../../src/websocket/messages/operations.ts'
import { errorSchema, RESULT_SCHEMAS } from '../../src/websocket/messages/schemas/answer-schemas.ts'
import { randomOrder } from '../rest/random-order.ts'
import type { Message } from './socket-client.ts'

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '\u0000', '\ud800', '', 1e300, -0, 10 ** 20),
)
const mostly = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: odd })
const valid = fc.constantFrom<object>(
  { symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: '100' },
  { symbol: 'ETHUSD', side: 'SELL', quantity: '0.5', type: 'MARKET', orderId: 'a' },
)
const anyOrder = fc.oneof(valid, randomOrder)
const symbol = fc.constantFrom('BTCUSD', 'ETHUSD', 'NONE')
const fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  id: mostly(fc.oneof(fc.nat(), fc.constantFrom('a', 'b-1'))),
  op: mostly(fc.constantFrom(...OPERATIONS)),
  channel: mostly(fc.constantFrom(...CHANNELS)),
  symbols: mostly(fc.array(symbol, { maxLength: 3 })),
  depth: mostly(fc.constantFrom(10, 100, 1000)),
  interval: mostly(fc.constantFrom('1s', '1d')),
  key: mostly(fc.constantFrom('key-alice', 'key-bob')),
  cancelOnDisconnect: mostly(fc.boolean()),
  order: mostly(anyOrder),
  orders: mostly(fc.array(mostly(anyOrder), { maxLength: 3 })),
  orderId: mostly(fc.constantFrom('a', 'b')),
  symbol: mostly(symbol),
  price: mostly(fc.constantFrom('100', 1)),
  quantity: mostly(fc.constantFrom('1', 2)),
  wait: mostly(fc.constantFrom(0, 1)),
  other: odd,
}
/** The fields of each operation, so that many requests are valid. */
const NAMES: readonly (readonly [op: string, ...names: string[]])[] = [
  ['authenticate', 'key', 'cancelOnDisconnect'],
  ['subscribe', 'channel', 'symbols'],
  ['subscribe', 'channel', 'symbols', 'depth'],
  ['subscribe', 'channel', 'symbols', 'interval'],
  ['unsubscribe', 'channel', 'symbols'],
  ['subscribe', 'channel'],
  ['subscriptions'],
  ['ping'],
  ['place', 'order', 'wait'],
  ['placeBatch', 'orders', 'wait'],
  ['cancel', 'orderId', 'wait'],
  ['cancelAll', 'symbol'],
  ['amend', 'orderId', 'price', 'quantity'],
  ['ping', 'other'],
]
const request = fc
  .constantFrom(...NAMES)
  .chain(([op, ...names]) =>
    fc.record({
      id: fields.id,
      op: fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>(op) }, { weight: 1, arbitrary: fields.op }),
      ...Object.fromEntries(names.map((name) => [name, fields[name]])),
    }),
  )
  .map((message) => JSON.stringify(message))
const damaged = fc.tuple(request, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 })).map(([text, at, put]) => {
  const place = at % (text.length + 1)
  return text.slice(0, place) + put + text.slice(place + 1)
})
export const frame = fc.oneof(
  { weight: 6, arbitrary: request },
  { weight: 2, arbitrary: damaged },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '[',
      '{'.repeat(100_000),
      '['.repeat(1_000) + ']'.repeat(1_000),
      '"'.repeat(9),
      '\u0000',
    ),
  },
)

/** Random frames seldom place an order that is accepted, so one run does. */
export const PLACING: readonly string[] = [
  { id: 1, op: 'authenticate', key: 'key-alice' },
  { id: 2, op: 'place', order: { symbol: 'BTCUSD', side: 'BUY', quantity: 1, price: '100' } },
].map((message) => JSON.stringify(message))

export function expectDocumented(answer: Message): void {
  const { type, op, error } = answer
  const schema = type === 'result' ? RESULT_SCHEMAS[op as (typeof OPERATIONS)[number]] : errorSchema
  expect(schema.safeParse(answer).error, JSON.stringify(answer)).toBeUndefined()
  if (type !== 'error') return
  expect(error.status).toBe(PROBLEMS[error.code as ProblemCode].status)
  expect(error.code).not.toBe('internal_error')
}
