import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NUMBER_MARK, parseExactJson } from '../../src/http/exact-json.ts'
import { JSON_NESTING_MAX } from '../../src/protocol/limits.ts'
import { Rejection } from '../../src/protocol/rejection.ts'
import { PROBLEMS } from '../../src/rest/problems.ts'
import { clientOf, GUIDE_ORDER } from './client.ts'

const word = fc.constantFrom('BUY', 'SELL', 'LIMIT', 'MARKET', 'GTC', 'IOC', 'GTD', 'FOK', 'BTCUSD', 'NONE', '', 'x')
const decimal = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.stringMatching(/^-?\d{0,25}(\.\d{0,25})?(e-?\d{1,4})?$/),
  fc.constantFrom('1', 0.01, '1.5', 100),
)
const anything = fc.oneof(word, decimal, fc.jsonValue({ maxDepth: 2 }))
const body = fc.record(
  {
    orderId: fc.oneof(fc.constant('a'), anything),
    symbol: fc.oneof(fc.constant('BTCUSD'), anything),
    side: fc.oneof(fc.constant('BUY'), anything),
    type: word,
    timeInForce: word,
    quantity: fc.oneof(decimal, anything),
    price: fc.oneof(decimal, anything),
    postOnly: fc.oneof(fc.boolean(), anything),
    selfTradePrevention: word,
    expiresAt: fc.oneof(fc.constant('2030-01-01T00:00:00Z'), fc.date().map(String), anything),
    other: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
)

async function answersDocumented(text: string) {
  const { post, exchange } = clientOf()
  const { status, body } = await post('/orders', text)
  expect(exchange.submissions).toHaveLength(status === 202 ? 1 : 0)
  if (status === 202) return
  expect(status).toBe(PROBLEMS[body.code as keyof typeof PROBLEMS].status)
  expect(status).toBeLessThan(500)
}

test('whatever the fields hold, the answer is a 202 or a documented problem', async () => {
  await fc.assert(
    fc.asyncProperty(body, (fields) => answersDocumented(JSON.stringify({ ...GUIDE_ORDER, ...fields }))),
    { numRuns: 400 },
  )
})

test('whatever the text, the answer is a documented problem', async () => {
  const cut = fc.tuple(body, fc.nat()).map(([fields, at]) => {
    const text = JSON.stringify(fields)
    return text.slice(0, at % (text.length + 1))
  })
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), cut), answersDocumented), { numRuns: 400 })
})

test('exact JSON agrees with JSON.parse wherever a double is exact', () => {
  const short = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))
  const json = fc.oneof(short, fc.array(short), fc.dictionary(fc.string(), fc.oneof(short, fc.array(short))))
  fc.assert(
    fc.property(json, fc.nat(2), (value, indent) => {
      expect(parseExactJson(JSON.stringify(value, null, indent))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  expect(JSON_NESTING_MAX).toBeGreaterThan(3)
})

test('long numbers come through digit by digit', () => {
  const digits = fc.stringMatching(/^[1-9]\d{15,60}$/)
  fc.assert(
    fc.property(digits, fc.stringMatching(/^\d{1,60}$/), (whole, fraction) => {
      expect(parseExactJson(`[${whole}.${fraction}]`)).toEqual([`${NUMBER_MARK}${whole}.${fraction}`])
      expect(parseExactJson(`{"a":-${whole}}`)).toEqual({ a: `${NUMBER_MARK}-${whole}` })
    }),
  )
})

test('a text refused by JSON.parse is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      let valid = true
      try {
        JSON.parse(text)
      } catch {
        valid = false
      }
      if (!valid) expect(parseExactJson(text)).toBeInstanceOf(Rejection)
    }),
    { numRuns: 2000 },
  )
})
