import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PROBLEMS } from '../../src/api/problems.ts'
import { clientOf, GUIDE_ORDER } from './client.ts'
import { anything, decimal, randomOrder } from './random-order.ts'

async function answersDocumented(text: string) {
  const { post, exchange } = clientOf()
  const { status, body } = await post('/orders', text)
  expect(exchange.submissions).toHaveLength(status === 202 ? 1 : 0)
  if (status === 202) return
  expect(status).toBe(PROBLEMS[body.code as keyof typeof PROBLEMS].status)
  expect(status).toBeLessThan(500)
}

test('answers orders with random fields with 202 or a documented problem', async () => {
  await fc.assert(
    fc.asyncProperty(randomOrder, (fields) => answersDocumented(JSON.stringify({ ...GUIDE_ORDER, ...fields }))),
    { numRuns: 400 },
  )
})

/** Mostly valid, so that a body usually has at most one invalid field. */
const mostly = <T>(right: readonly T[], odd: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.oneof(odd, anything) })
const size = mostly(
  ['0.1', 0.1, '1', '0.10', 5],
  fc.oneof(decimal, fc.constantFrom(1e-12, '0.0000000000001', 1e6, '1000001', '', '1e5', 1e25)),
)
const asset = mostly(['SOL', 'USD', 'x', 'A-1'], fc.oneof(fc.string(), fc.constantFrom('A B', '\u0000')))
const reason = mostly(
  ['news', '"', '\ud800', '\u2028', '😀'.repeat(100)],
  fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constant('😀'.repeat(101))),
)
const operatorFields = fc.record(
  {
    symbol: mostly(['SOL', 'SOLUSD'], fc.constantFrom('BTCUSD', 'sol', 'S'.repeat(25))),
    base: asset,
    quote: asset,
    tickSize: size,
    lotSize: size,
    minQuantity: size,
    maxQuantity: size,
    phase: fc.constantFrom('HALTED', 'CONTINUOUS', 'CLOSED'),
    priceBand: mostly<unknown>([null, { low: 5 }, { high: '9.00' }], fc.record({ low: size, high: size })),
    reason,
  },
  { requiredKeys: [] },
)
const LISTING = { symbol: 'SOL', base: 'SOL', quote: 'USD', tickSize: '0.01', lotSize: '0.1' }

/** The in-memory exchange also fails if a command does not decode from its line. */
test('answers random operator requests with 202 or a documented problem', async () => {
  const documented = async (
    send: (client: ReturnType<typeof clientOf>) => ReturnType<ReturnType<typeof clientOf>['post']>,
  ) => {
    const client = clientOf()
    const { status, body } = await send(client)
    expect(client.exchange.submissions, JSON.stringify(body)).toHaveLength(status === 202 ? 1 : 0)
    if (status !== 202) expect(status).toBe(PROBLEMS[body.code as keyof typeof PROBLEMS].status)
    expect(status).toBeLessThan(500)
    return status
  }
  let accepted = 0
  await fc.assert(
    fc.asyncProperty(operatorFields, async ({ phase, priceBand, ...fields }) => {
      const { symbol: _, tickSize: __, lotSize: ___, ...changes } = { ...fields, phase, priceBand }
      if ((await documented(({ post }) => post('/instruments', { ...LISTING, ...fields }))) === 202) accepted++
      if ((await documented(({ patch }) => patch('/instruments/BTCUSD', changes))) === 202) accepted++
    }),
    { numRuns: 400 },
  )
  expect(accepted).toBeGreaterThan(100)
})

test('answers random text with a documented problem', async () => {
  const cut = fc.tuple(randomOrder, fc.nat()).map(([fields, at]) => {
    const text = JSON.stringify(fields)
    return text.slice(0, at % (text.length + 1))
  })
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), cut), answersDocumented), { numRuns: 400 })
})
