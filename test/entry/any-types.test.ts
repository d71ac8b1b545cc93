/**
 * Order entry with values of any type, as a dialect passes them that checks nothing. Every request ends with a
 * rejection or with commands that decode from their lines: the in-memory exchange fails for any other line.
 */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEMO_CALLER } from '../../src/entry/caller.ts'
import { amendOrder, cancelAllOrders, cancelOrder } from '../../src/entry/change-orders.ts'
import { adoptRules, changeInstrument, closeInstrument, defineInstrument } from '../../src/entry/control-instruments.ts'
import { placeOrder, placeOrders } from '../../src/entry/place-orders.ts'
import type { ListedInstrument } from '../../src/protocol/instrument/instrument-directory.ts'
import { Rejection } from '../../src/protocol/rejection.ts'
import { InMemoryExchange } from './in-memory-exchange.ts'

const LIMIT = { orderId: 'a-1', symbol: 'BTCUSD', side: 'BUY', quantity: '1.5', price: '50000' }
const GTD = { ...LIMIT, timeInForce: 'GTD', expiresAt: '2030-01-01T00:00:00Z' }
const TERMS = { symbol: 'SOLUSD', base: 'SOL', quote: 'USD', tickSize: '0.01', lotSize: '0.1' }
const OPTIONS = { waitMs: 0 }

/** Values whose text form is valid, although their type is not. */
const disguised = (value: unknown) => [[value], Object(value), { toString: () => value }]

const anything = fc.oneof(
  fc.anything({ maxDepth: 1, withBigInt: true, withDate: true }),
  fc.constantFrom(
    5,
    1.5,
    -1,
    0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    8.64e15 + 1,
    null,
    true,
    false,
    'true',
    '',
    'a"b',
  ),
  fc
    .constantFrom('BUY', 'BTCUSD', 'a-1', '1.5', 'GTC', 'LIMIT', 'HALTED', '2030-01-01T00:00:00Z', 2_000_000_000_000)
    .chain((value) => fc.constantFrom(value, ...disguised(value))),
)

const someOf = (...names: string[]) =>
  fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 2, noNullPrototype: true })

async function attempt(request: (exchange: InMemoryExchange) => Promise<unknown>): Promise<boolean> {
  const exchange = new InMemoryExchange()
  const result = await request(exchange)
  if (!(result instanceof Rejection)) return true
  expect(exchange.submissions.flat().filter((command) => 'orderId' in command && command.orderId !== 'open')).toEqual(
    [],
  )
  return false
}

test('orders', async () => {
  const fields = fc.record({
    base: fc.constantFrom(LIMIT, GTD),
    changed: someOf(...Object.keys(GTD), 'type', 'postOnly', 'selfTradePrevention', 'tag'),
    requestId: fc.option(anything, { nil: undefined }),
  })
  let placed = 0
  await fc.assert(
    fc.asyncProperty(fields, async ({ base, changed, requestId }) => {
      const options = { waitMs: 0, requestId } as never
      const order = { ...base, ...changed } as never
      placed += Number(await attempt((exchange) => placeOrder(exchange.ports(), DEMO_CALLER, order, options)))
      await attempt((exchange) => placeOrders(exchange.ports(), DEMO_CALLER, [order], (each) => each, options))
    }),
    { numRuns: 1_000 },
  )
  expect(placed).toBeGreaterThan(20)
})

test('cancels and amendments', async () => {
  const open = { ...LIMIT, orderId: 'open' }
  await fc.assert(
    fc.asyncProperty(someOf('price', 'quantity'), anything, anything, async (fields, orderId, requestId) => {
      const options = { waitMs: 0, requestId } as never
      const change = (request: (ports: ReturnType<InMemoryExchange['ports']>) => Promise<unknown>) =>
        attempt(async (exchange) => {
          await placeOrder(exchange.ports(), DEMO_CALLER, open, OPTIONS)
          return request(exchange.ports())
        })
      await change((ports) => amendOrder(ports, DEMO_CALLER, 'open', fields as never, options))
      await change((ports) => cancelOrder(ports, DEMO_CALLER, orderId as never, options))
      await change((ports) => cancelAllOrders(ports, DEMO_CALLER, orderId as never, options))
    }),
    { numRuns: 500 },
  )
})

test('operator commands', async () => {
  const changes = someOf('phase', 'priceBand', 'base', 'quote', 'minQuantity', 'maxQuantity', 'tickSize')
  await fc.assert(
    fc.asyncProperty(changes, someOf(...Object.keys(TERMS), 'minQuantity'), anything, async (change, terms, odd) => {
      const options = fc.sample(fc.constantFrom({ reason: odd }, { requestId: odd }, {}), 1)[0]
      const withOptions = { ...OPTIONS, ...options } as never
      const listed = (exchange: InMemoryExchange) => exchange.instruments.get('BTCUSD') as ListedInstrument
      const call = (request: (exchange: InMemoryExchange) => Promise<unknown>) => attempt(request)
      await call((e) => changeInstrument(e.ports(), DEMO_CALLER, listed(e), change as never, withOptions))
      await call((e) => defineInstrument(e.ports(), DEMO_CALLER, { ...TERMS, ...terms } as never, withOptions))
      await call((e) => closeInstrument(e.ports(), DEMO_CALLER, listed(e), withOptions))
      await call((e) => adoptRules(e.ports(), DEMO_CALLER, odd as never, withOptions))
    }),
    { numRuns: 500 },
  )
})

describe('a value of another type is rejected by name', () => {
  const ports = () => new InMemoryExchange().ports()

  test.each([
    [{ postOnly: 'true' }, 'wrong_type', 'postOnly'],
    [{ tag: 5 }, 'wrong_type', 'tag'],
    [{ orderId: 5 }, 'wrong_type', 'orderId'],
    [{ orderId: null }, 'wrong_type', 'orderId'],
    [{ symbol: ['BTCUSD'] }, 'wrong_type', 'symbol'],
    [{ side: ['BUY'] }, 'wrong_type', 'side'],
    [{ price: { toString: () => '1' } }, 'wrong_type', 'price'],
    [{ quantity: true }, 'wrong_type', 'quantity'],
    [{ orderId: 'a/b', tag: 5 }, 'wrong_type', 'tag'],
    [{ timeInForce: 'GTD', expiresAt: {} }, 'wrong_type', 'expiresAt'],
    [{ timeInForce: 'GTD', expiresAt: 8.64e15 + 1 }, 'expires_at_not_a_timestamp', 'expiresAt'],
  ])('order %j', async (fields, code, field) => {
    const rejection = await placeOrder(ports(), DEMO_CALLER, { ...LIMIT, ...fields } as never, OPTIONS)
    expect(rejection).toMatchObject({ code, field })
  })

  test('a new instrument without its base', async () => {
    const rejection = await defineInstrument(ports(), DEMO_CALLER, { ...TERMS, base: undefined } as never, OPTIONS)
    expect(rejection).toMatchObject({ code: 'missing_field', field: 'base' })
  })

  test('amendment and cancel', async () => {
    const amended = await amendOrder(ports(), DEMO_CALLER, 'a-1', { price: true } as never, OPTIONS)
    expect(amended).toMatchObject({ code: 'wrong_type', field: 'price' })
    const canceled = await cancelOrder(ports(), DEMO_CALLER, 5 as never, OPTIONS)
    expect(canceled).toMatchObject({ code: 'wrong_type', field: 'orderId' })
  })

  test.each([
    [{ phase: 'OPEN' }, 'invalid_value', 'phase'],
    [{ priceBand: 5 }, 'wrong_type', 'priceBand'],
    [{ base: ['BTC'] }, 'invalid_value', 'base'],
  ])('instrument %j', async (changes, code, field) => {
    const exchange = new InMemoryExchange()
    const listed = exchange.instruments.get('BTCUSD') as ListedInstrument
    const rejection = await changeInstrument(exchange.ports(), DEMO_CALLER, listed, changes as never, OPTIONS)
    expect(rejection).toMatchObject({ code, field })
  })
})

test('a command contains the request id only if the order stream can hold it', async () => {
  const exchange = new InMemoryExchange()
  const sent = ['r-1', 'a b', 5, ['r'], null, 'x'.repeat(65)]
  for (const [i, requestId] of sent.entries()) {
    const options = { waitMs: 0, requestId } as never
    await placeOrder(exchange.ports(), DEMO_CALLER, { ...LIMIT, orderId: `o-${i}` }, options)
    await cancelAllOrders(exchange.ports(), DEMO_CALLER, undefined, options)
  }
  const stored = exchange.submissions.flat().flatMap(({ requestId }) => requestId ?? [])
  expect(stored).toEqual(['r-1', 'r-1'])
})
