/** Operators define, change and close instruments, and adopt rules, through the REST dialect. */

import { describe, expect, test } from 'vitest'
import { InstrumentDirectory } from '../../src/protocol/instrument/instrument-directory.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../../src/protocol/versions.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { clientOf, GUIDE_ORDER, WAIT } from './client.ts'

const LISTING = { symbol: 'SOLUSD', base: 'SOL', quote: 'USD', tickSize: 0.01, lotSize: '0.10' }
const order = { ...GUIDE_ORDER, symbol: 'SOLUSD', price: 20 }
const BY = { operator: 'demo', operatorKey: 'demo' }

describe('an instrument', () => {
  test('is defined, traded, closed and defined again', async () => {
    const { get, post, exchange, ...client } = clientOf()
    const defined = await post('/instruments', { ...LISTING, maxQuantity: '500', reason: 'week 48' }, WAIT)
    expect([defined.status, defined.headers.get('location')]).toEqual([201, '/instruments/SOLUSD'])
    expect(defined.body).toMatchObject({
      ...LISTING,
      tickSize: '0.01',
      lotSize: '0.1',
      minQuantity: null,
      maxQuantity: '500',
      phase: 'CONTINUOUS',
      closed: false,
      rules: RULES_NEWEST,
    })
    expect(exchange.submissions[0]).toEqual([
      {
        kind: 'DefineInstrument',
        ...BY,
        operatorReason: 'week 48',
        symbol: 'SOLUSD',
        base: 'SOL',
        quote: 'USD',
        tickSize: '0.01',
        lotSize: '0.1',
        maxQuantity: '500',
      },
    ])
    expect((await post('/orders', order, WAIT)).body.status).toBe('NEW')
    expect((await post('/instruments', LISTING)).body.code).toBe('instrument_exists')

    const closed = await client.delete('/instruments/SOLUSD?reason=merged%20away', WAIT)
    expect(closed.body).toMatchObject({ phase: 'CLOSED', closed: true })
    expect(exchange.submissions.at(-1)).toMatchObject([{ operatorReason: 'merged away', ...BY }])
    expect((await get('/orders/test-001')).body).toMatchObject({ status: 'CANCELED', reason: 'instrument_closed' })
    expect((await client.delete('/instruments/SOLUSD')).body.code).toBe('instrument_closed')
    expect((await client.patch('/instruments/SOLUSD', { base: 'X' })).body.code).toBe('instrument_closed')
    const refused = await post('/orders', { ...order, orderId: 'late' }, WAIT)
    expect(refused.body).toMatchObject({ status: 'REJECTED', reason: 'symbol_closed' })
    expect((await post('/orders', { ...order, symbol: 'NONE' })).body.detail).not.toContain('SOLUSD')

    const other = await post('/instruments', { ...LISTING, tickSize: '0.05' })
    expect([other.body.code, other.body.detail]).toEqual([
      'instrument_exists',
      'SOLUSD is closed; it can only be defined again with tick 0.01 and lot 0.1.',
    ])
    expect((await post('/instruments', LISTING, WAIT)).body).toMatchObject({ closed: false, maxQuantity: null })
    expect((await post('/orders', { ...order, orderId: 'again' }, WAIT)).body.status).toBe('NEW')
  })

  test('is durable before it is applied', async () => {
    const { post, exchange } = clientOf()
    exchange.matching = false
    const { status, body, headers } = await post('/instruments', LISTING, WAIT)
    expect([status, body]).toEqual([202, { symbol: 'SOLUSD', receivedAt: '2026-01-31T12:00:00.000Z' }])
    expect(headers.get('location')).toBe('/instruments/SOLUSD')
  })

  test('changes several fields in one request, after trading stops, with the reason in each command', async () => {
    const { patch, exchange } = clientOf()
    const changes = { phase: 'HALTED', base: 'XBT', minQuantity: 1, priceBand: { high: 9 }, reason: 'news' }
    const { body } = await patch('/instruments/BTCUSD', changes, WAIT)
    expect(body).toMatchObject({
      base: 'XBT',
      minQuantity: '1',
      phase: 'HALTED',
      priceBand: { low: '0.01', high: '9.00' },
    })
    const by = { ...BY, symbol: 'BTCUSD', operatorReason: 'news' }
    expect(exchange.submissions).toEqual([
      [
        { kind: 'ChangePhase', phase: 'HALTED', ...by },
        { kind: 'ChangeInstrument', base: 'XBT', minQuantity: '1', ...by },
        { kind: 'SetPriceBand', high: 900, ...by },
      ],
    ])
  })

  test('limits new orders and amendments, but not open orders or orders sent again', async () => {
    const { get, post, patch } = clientOf()
    await post('/orders', GUIDE_ORDER)
    expect((await patch('/instruments/BTCUSD', { minQuantity: 2, maxQuantity: 3 }, WAIT)).body).toMatchObject({
      minQuantity: '2',
      maxQuantity: '3',
    })
    expect((await get('/orders/test-001')).body.status).toBe('NEW')
    const again = await post('/orders', GUIDE_ORDER)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true'])
    expect((await post('/orders', { ...GUIDE_ORDER, quantity: 1.4 })).body.code).toBe('order_id_conflict')
    const small = await post('/orders', { ...GUIDE_ORDER, orderId: 'small' })
    expect([small.status, small.body.code, small.body.field]).toEqual([422, 'quantity_below_minimum', 'quantity'])
    expect((await patch('/orders/test-001', { quantity: 4 })).body.code).toBe('quantity_above_maximum')
    expect((await patch('/orders/test-001', { price: 49_999 }, WAIT)).status).toBe(200)
    expect((await patch('/instruments/BTCUSD', { minQuantity: 4 })).body.code).toBe('min_quantity_above_max')
    expect((await patch('/instruments/BTCUSD', { minQuantity: null }, WAIT)).body.minQuantity).toBeNull()
    expect((await patch('/instruments/BTCUSD', { maxQuantity: null }, WAIT)).body.maxQuantity).toBeNull()
    expect((await post('/orders', { ...GUIDE_ORDER, orderId: 'small' })).status).toBe(202)
  })

  test('gets the result of the matcher if two operators change it at the same time', async () => {
    const { get, patch, exchange } = clientOf()
    const stale = new InstrumentDirectory(exchange.instruments)
    await patch('/instruments/BTCUSD', { maxQuantity: 5 })
    const late = await clientOf(exchange, { instruments: stale }).patch('/instruments/BTCUSD', { minQuantity: 6 }, WAIT)
    expect([late.status, late.body.code]).toEqual([422, 'min_quantity_above_max'])
    expect((await get('/instruments/BTCUSD')).body).toMatchObject({ minQuantity: null, maxQuantity: '5' })
  })
})

describe('an operator command is rejected, and nothing is submitted', () => {
  test.each([
    [{ symbol: 'sol' }, 400, 'invalid_value', 'symbol'],
    [{ base: '' }, 400, 'invalid_value', 'base'],
    [{ quote: 'US DOLLAR' }, 400, 'invalid_value', 'quote'],
    [{ reason: '' }, 400, 'invalid_value', 'reason'],
    [{ reason: 'x'.repeat(201) }, 400, 'invalid_value', 'reason'],
    [{ reason: 'two\nlines' }, 400, 'invalid_value', 'reason'],
    [{ reason: 'two\u2028lines' }, 400, 'invalid_value', 'reason'],
    [{ reason: 'half \ud83c' }, 400, 'invalid_value', 'reason'],
    [{ reason: '🏔'.repeat(201) }, 400, 'invalid_value', 'reason'],
    [{ reason: 7 }, 400, 'wrong_type', 'reason'],
    [{ quote: undefined }, 400, 'missing_field', 'quote'],
    [{ tickSize: true }, 400, 'wrong_type', 'tickSize'],
    [{ tickSize: 'small' }, 422, 'invalid_step_size', 'tickSize'],
    [{ tickSize: 0 }, 422, 'invalid_step_size', 'tickSize'],
    [{ lotSize: '1e-3' }, 422, 'invalid_step_size', 'lotSize'],
    [{ lotSize: -1 }, 422, 'invalid_step_size', 'lotSize'],
    [{ lotSize: 1.234567891 }, 422, 'invalid_step_size', 'lotSize'],
    [{ minQuantity: 0.05 }, 422, 'quantity_not_on_lot', 'minQuantity'],
    [{ minQuantity: null }, 400, 'wrong_type', 'minQuantity'],
    [{ maxQuantity: 1e30 }, 422, 'quantity_too_large', 'maxQuantity'],
    [{ minQuantity: 2, maxQuantity: 1 }, 422, 'min_quantity_above_max', 'minQuantity'],
  ])('POST /instruments %j → %i %s', async (fields, status, code, field) => {
    const { post, exchange } = clientOf()
    const reply = await post('/instruments', { ...LISTING, ...fields })
    expect([reply.status, reply.body.code, reply.body.field]).toEqual([status, code, field])
    expect(exchange.submissions).toEqual([])
  })

  test.each([
    [{ reason: 'why not' }, 422, 'nothing_to_change', undefined],
    [{ tickSize: '0.1' }, 422, 'tick_and_lot_fixed', 'tickSize'],
    [{ lotSize: '0.00000001', phase: 'HALTED' }, 422, 'tick_and_lot_fixed', 'lotSize'],
    [{ base: 7 }, 400, 'wrong_type', 'base'],
    [{ minQuantity: 'much' }, 400, 'quantity_not_a_decimal', 'minQuantity'],
    [{ maxQuantity: false }, 400, 'wrong_type', 'maxQuantity'],
    [{ symbol: 'OTHER' }, 400, 'unknown_field', 'symbol'],
  ])('PATCH /instruments/BTCUSD %j → %i %s', async (fields, status, code, field) => {
    const { patch, exchange } = clientOf()
    const reply = await patch('/instruments/BTCUSD', fields)
    expect([reply.status, reply.body.code, reply.body.field]).toEqual([status, code, field])
    expect(exchange.submissions).toEqual([])
  })

  test.each([
    [{ rules: RULES_NEWEST }, 409, 'rules_not_newer', 'rules'],
    [{ rules: RULES_NEWEST + 1 }, 422, 'unknown_rules', 'rules'],
    [{ rules: 0 }, 400, 'invalid_value', 'rules'],
    [{ rules: 1.5 }, 400, 'wrong_type', 'rules'],
    [{ rules: '2' }, 400, 'wrong_type', 'rules'],
    [{}, 400, 'missing_field', 'rules'],
  ])('POST /rules %j → %i %s', async (body, status, code, field) => {
    const { post, exchange } = clientOf()
    const reply = await post('/rules', body)
    expect([reply.status, reply.body.code, reply.body.field]).toEqual([status, code, field])
    expect(exchange.submissions).toEqual([])
  })

  test('if the caller is not an operator', async () => {
    const { get, post, exchange, ...client } = clientOf(undefined, {
      authenticate: () => ({ account: 'a', operator: false, keyName: 'k' }),
    })
    const replies = [
      await post('/instruments', LISTING),
      await client.delete('/instruments/BTCUSD'),
      await get('/rules'),
      await post('/rules', { rules: RULES_NEWEST }),
    ]
    expect(replies.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(4).fill('403 forbidden'))
    expect(exchange.submissions).toEqual([])
  })
})

test('adopts rules for every symbol with one command', async () => {
  const { get, post, exchange } = clientOf(new InMemoryExchange(RULES_OLDEST))
  expect((await get('/rules')).body).toEqual({ rules: RULES_OLDEST, newest: RULES_NEWEST })
  const { status, body } = await post('/rules', { rules: RULES_NEWEST, reason: 'upgrade' }, WAIT)
  expect([status, body]).toEqual([200, { rules: RULES_NEWEST, newest: RULES_NEWEST }])
  expect(exchange.submissions).toEqual([
    [{ kind: 'AdoptRules', rules: RULES_NEWEST, ...BY, operatorReason: 'upgrade' }],
  ])
  expect((await get('/instruments/ETHUSD')).body.rules).toBe(RULES_NEWEST)
})

test('lists instruments without reading a book', async () => {
  const { get } = clientOf(undefined, {
    bookReader: {
      book: async () => {
        throw new Error('asked')
      },
    },
  })
  expect((await get('/instruments')).body.instruments).toHaveLength(3)
})

test('cancels all orders with one command', async () => {
  const { post, exchange, ...client } = clientOf()
  await post('/orders', GUIDE_ORDER)
  await post('/orders', { ...GUIDE_ORDER, orderId: 'eth', symbol: 'ETHUSD' })
  const { body } = await client.delete('/orders', WAIT)
  expect(body).toMatchObject({ symbol: null, canceled: 2 })
  expect(exchange.submissions.at(-1)).toEqual([{ kind: 'CancelAllOrders', account: 'demo' }])
  await client.delete('/orders?symbol=ETHUSD')
  expect(exchange.submissions.at(-1)).toEqual([{ kind: 'CancelAllOrders', account: 'demo', symbol: 'ETHUSD' }])
})

test('of two adoptions at the same time the second is rejected by the matcher', async () => {
  const exchange = new InMemoryExchange(RULES_OLDEST)
  const stale = new InstrumentDirectory(exchange.instruments)
  const first = await clientOf(exchange).post('/rules', { rules: RULES_NEWEST }, WAIT)
  const second = await clientOf(exchange, { instruments: stale }).post('/rules', { rules: RULES_NEWEST }, WAIT)
  expect([first.status, second.status, second.body.code]).toEqual([200, 409, 'rules_not_newer'])
  expect(second.headers.get('preference-applied')).toBe('wait=1')
})

test('a definition that the core refuses, because others were faster, is rejected', async () => {
  const refused = { submit: async () => [{ kind: 'refused', code: 'too_many_instruments' } as const] }
  const { status, body } = await clientOf(undefined, { orderEntry: refused }).post('/instruments', LISTING)
  expect([status, body.code, body.detail]).toEqual([
    409,
    'too_many_instruments',
    'The exchange has 1000 instruments, closed ones included, and cannot have more.',
  ])
})

test('the list of instruments is made once, and again after each change', async () => {
  const { get, patch, post, delete: close, exchange } = clientOf()
  let made = 0
  const values = exchange.instruments.values.bind(exchange.instruments)
  exchange.instruments.values = () => {
    made++
    return values()
  }
  const listed = async () => (await get('/instruments')).body.instruments
  expect(await listed()).toEqual(await listed())
  expect(made).toBe(1)
  await patch('/instruments/BTCUSD', { phase: 'HALTED' })
  expect((await listed())[0].phase).toBe('HALTED')
  await post('/instruments', LISTING)
  expect(await listed()).toHaveLength(4)
  await close('/instruments/BTCUSD')
  expect((await listed())[0].closed).toBe(true)
  expect((await get('/instruments')).headers.get('content-type')).toBe('application/json')
})

test('a reason has up to 200 Unicode characters, under rules 1 up to 200 UTF-16 units', async () => {
  const reason = '🏔'.repeat(200)
  const { patch, delete: close, exchange } = clientOf()
  expect((await patch('/instruments/BTCUSD', { phase: 'HALTED', reason })).status).toBe(202)
  expect((await close(`/instruments/BTCUSD?${new URLSearchParams({ reason })}`)).status).toBe(202)
  expect(exchange.submissions.flat()).toMatchObject([{ operatorReason: reason }, { operatorReason: reason }])
  const old = clientOf(new InMemoryExchange(RULES_OLDEST))
  expect((await old.patch('/instruments/BTCUSD', { phase: 'HALTED', reason })).body.code).toBe('invalid_value')
  const short = '🏔'.repeat(100)
  expect((await old.patch('/instruments/BTCUSD', { phase: 'HALTED', reason: short })).status).toBe(202)
})
