/**
 * Events that no matcher has to produce: values at the limits of their ranges, instruments that are defined again with
 * other steps, names that repeat or have much in common, runs of equal values, days far apart.
 */

import * as fc from 'fast-check'
import type { EventCursor } from '../../src/protocol/event/event-cursor.ts'
import { NAME_LENGTH_MAX, PRICE_TICKS_MAX, QUANTITY_LOTS_MAX, TIMESTAMP_MS_MAX } from '../../src/protocol/limits.ts'
import { parseStep } from '../../src/protocol/units.ts'

export type SomeEvent = Partial<EventCursor> & { readonly kind: EventCursor['kind'] }

const DAY_MS = 86_400_000

const SYMBOLS = ['BTCUSD', 'ETHUSD', 'A', 'ENERGY-DE.2027_Q1']
const symbol = fc.constantFrom(...SYMBOLS)
const name = fc.oneof(
  fc.constantFrom('ann', 'bob', 'n'.repeat(NAME_LENGTH_MAX)),
  fc.integer({ min: 1, max: 300 }).map((n) => `order-${n}`),
  fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/),
)
const tag = fc.option(fc.constantFrom('a', 'momentum/7 – Zürich', '🏔'.repeat(64)), { nil: undefined, freq: 3 })
const requestId = fc.option(name, { nil: undefined })

const step = fc.oneof(
  fc.constantFrom('0.01', '0.00000001', '1', '0.000000000001', '0.25', '1000000', '0.000000999999'),
  fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 12 })).map(([multiple, decimals]) => {
    const digits = String(multiple).padStart(decimals + 1, '0')
    return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  }),
)

const price = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: PRICE_TICKS_MAX }),
  fc.constant(PRICE_TICKS_MAX),
)
const lots = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: QUANTITY_LOTS_MAX }),
  fc.constant(QUANTITY_LOTS_MAX),
)
const number = fc.oneof(
  fc.integer({ min: 1, max: 500 }),
  fc.integer({ min: 1, max: 2 ** 50 }),
  fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 50, Number.MAX_SAFE_INTEGER),
)
/** Mostly of one day: each further day is a file more to read. */
const timestampMs = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: DAY_MS - 1 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, DAY_MS - 1, DAY_MS, TIMESTAMP_MS_MAX) },
)

const head = { symbol, number, timestampMs, requestId }
const order = { ...head, account: name, orderId: name }
const rejection = fc.constantFrom('order_not_open', 'symbol_halted', undefined)

const terms = {
  options: fc.integer({ min: 0, max: 255 }),
  sells: fc.boolean(),
  price: fc.oneof(price, fc.constant(0)),
  quantity: lots,
  extras: fc.option(
    fc
      .record({ expiresAtMs: fc.option(timestampMs, { nil: undefined }), tag })
      .map((extras) => Object.fromEntries(Object.entries(extras).filter(([, value]) => value !== undefined))),
    { nil: undefined },
  ),
}
const echo = fc.option(fc.record({ tag: fc.constantFrom('x', 'Zürich') }), { nil: undefined, freq: 2 })

const event: fc.Arbitrary<SomeEvent> = fc.oneof(
  fc.record({ kind: fc.constant('OrderAccepted' as const), ...order, ...terms }),
  fc.record({ kind: fc.constant('OrderRejected' as const), ...order, ...terms, reason: rejection }),
  fc.record({
    kind: fc.constant('OrderCanceled' as const),
    ...order,
    sells: fc.boolean(),
    quantity: lots,
    echo,
    reason: fc.constantFrom('requested', 'expired'),
  }),
  fc.record({
    kind: fc.constant('OrderAmended' as const),
    ...order,
    sells: fc.boolean(),
    price,
    quantity: lots,
    open: lots,
    priorityKept: fc.boolean(),
    echo,
  }),
  fc.record({
    kind: fc.constantFrom('AmendRejected' as const, 'CancelRejected' as const),
    ...order,
    reason: rejection,
    echo,
  }),
  fc.record({
    kind: fc.constant('TradeExecuted' as const),
    ...order,
    takerAccount: name,
    takerOrderId: name,
    tradeNumber: number,
    price,
    quantity: lots,
    takerSells: fc.boolean(),
    echo,
    takerEcho: echo,
  }),
)

const definition = (kind: SomeEvent['kind'], symbol: fc.Arbitrary<string>): fc.Arbitrary<SomeEvent> =>
  fc.record({ symbol, tickSize: step, lotSize: step }).map(({ symbol, tickSize, lotSize }) => ({
    kind,
    symbol,
    concernsSymbol: true,
    instrument: { symbol, base: 'A', quote: 'B', tickSize, lotSize },
  }))

/** Some events in a row, and some of them several times, with numbers that go on. */
const run: fc.Arbitrary<SomeEvent[]> = fc.tuple(event, fc.constantFrom(1, 1, 1, 1, 1, 7, 30, 150)).map(([one, times]) =>
  Array.from({ length: times }, (_, i) => ({
    ...one,
    number: Math.min((one.number ?? 1) + i * 2, Number.MAX_SAFE_INTEGER),
  })),
)
const more = fc.oneof(
  { weight: 8, arbitrary: run },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('InstrumentDefined' as const, 'InstrumentChanged' as const, 'InstrumentClosed' as const)
      .chain((kind) => definition(kind, symbol).map((one) => [one])),
  },
)

/** The instruments are defined first, and each quantity is one that its instrument can have. */
export const someEvents: fc.Arbitrary<SomeEvent[]> = fc
  .tuple(
    fc.tuple(...SYMBOLS.map((name) => definition('InstrumentDefined', fc.constant(name)))),
    fc.array(more, { minLength: 1, maxLength: 25, size: 'max' }),
  )
  .map(([definitions, runs]) => withPossibleQuantities([...definitions, ...runs.flat()]))

function withPossibleQuantities(events: readonly SomeEvent[]): SomeEvent[] {
  const most = new Map<string, number>()
  return events.map((event) => {
    const { symbol = '', kind, instrument, quantity = 0, open = 0 } = event
    if (instrument !== undefined && kind !== 'InstrumentClosed') {
      most.set(symbol, Math.floor(QUANTITY_LOTS_MAX / parseStep(instrument.lotSize).multiple))
    }
    const max = most.get(symbol) ?? 1
    return { ...event, quantity: Math.min(quantity, max), open: Math.min(open, max) }
  })
}
