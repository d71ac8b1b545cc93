import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCommand, encodeCommand, MalformedCommand } from './codec.ts'
import type { AmendOrder, Command, PlaceOrder, SetPriceBand } from './commands.ts'
import { parseInstrument } from './instrument.ts'
import { PRICE_TICKS_MAX } from './limits.ts'
import { LineReader } from './line-reader.ts'
import { SELF_TRADE_PREVENTIONS, SIDES } from './order-words.ts'
import { selectLines } from './select-lines.ts'
import { lots, ticks } from './units.ts'

const SYMBOL = 'BTCUSD'
const btcusd = parseInstrument({ symbol: SYMBOL, base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' })
const odd = parseInstrument({ symbol: 'ODD', base: 'ODD', quote: 'USD', tickSize: '0.25', lotSize: '5' })
const instruments = new Map([btcusd, odd].map((instrument) => [instrument.symbol, instrument]))

const instrument = fc.constantFrom(btcusd, odd)
const account = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)
const orderId = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/).filter((id) => id !== '.' && id !== '..')
const price = fc.integer({ min: 1, max: PRICE_TICKS_MAX }).map(ticks)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const requestId = optional(fc.string())

/** Without the fields that are absent. */
const present = (command: object): Command =>
  Object.fromEntries(Object.entries(command).filter(([, value]) => value !== undefined)) as unknown as Command

const anyCommand = instrument.chain((instrument) => {
  const quantity = fc.integer({ min: 1, max: instrument.quantityMax }).map(lots)
  const base = { symbol: fc.constant(instrument.symbol), requestId }
  const order = { ...base, account, orderId }
  const place = fc
    .record({
      ...order,
      side: fc.constantFrom(...SIDES),
      price: optional(price),
      quantity,
      lifetime: fc.oneof(fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const), fc.maxSafeInteger()),
      postOnly: fc.constantFrom(true, undefined),
      selfTradePrevention: optional(fc.constantFrom(...SELF_TRADE_PREVENTIONS)),
    })
    .map(
      ({ lifetime, ...place }): Partial<Record<keyof PlaceOrder, unknown>> => ({
        ...place,
        kind: 'PlaceOrder',
        type: place.price === undefined ? 'MARKET' : 'LIMIT',
        timeInForce: typeof lifetime === 'number' ? 'GTD' : lifetime,
        expiresAtMs: typeof lifetime === 'number' ? lifetime : undefined,
      }),
    )
  const amend = fc
    .oneof(fc.record({ ...order, price }), fc.record({ ...order, quantity }), fc.record({ ...order, price, quantity }))
    .map((amend) => ({ ...amend, kind: 'AmendOrder' }))
  const band = fc
    .record({ ...base, low: optional(price), high: optional(price) })
    .filter(({ low, high }) => low === undefined || high === undefined || low <= high)
    .map((band) => ({ ...band, kind: 'SetPriceBand' }))
  const others = fc.oneof(
    fc.record({ ...order, kind: fc.constant('CancelOrder') }),
    fc.record({ ...base, account, kind: fc.constant('CancelAllOrders') }),
    fc.record({ ...base, kind: fc.constantFrom('HaltTrading', 'ResumeTrading', 'AdvanceTime') }),
  )
  return fc.oneof(place, amend, band, others).map((command) => ({ command: present(command), instrument }))
})

test('what was encoded decodes to the same command', () => {
  fc.assert(
    fc.property(anyCommand, ({ command, instrument }) => {
      const line = encodeCommand(command, instrument)
      expect(line).not.toContain('\n')
      expect(decodeCommand(line, instruments)).toStrictEqual(command)
      // The same from bytes, with other lines around it.
      const lines = Buffer.from(`${line}\n${line}\n`)
      expect(new LineReader(instruments).readAll(lines)).toStrictEqual([command, command])
      expect(Buffer.from(selectLines(lines, [1])).toString()).toBe(`${line}\n`)
    }),
    { numRuns: 1_000 },
  )
})

const place = {
  kind: 'PlaceOrder',
  symbol: SYMBOL,
  account: 'ann',
  orderId: 'a1',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '1.5',
  price: '50000.00',
}
const amend = { kind: 'AmendOrder', symbol: SYMBOL, account: 'ann', orderId: 'a1', price: '1.00', quantity: '1' }
const band = { kind: 'SetPriceBand', symbol: SYMBOL, low: '1.00', high: '2.00' }
const decode = (fields: object) => decodeCommand(JSON.stringify(fields), instruments)

test('a line explains itself: prices and quantities are decimal text', () => {
  const command = decode(place) as PlaceOrder
  expect([command.price, command.quantity]).toEqual([5_000_000, 150_000_000])
  expect(JSON.parse(encodeCommand(command, btcusd))).toEqual(place)
  const amended = decode(amend) as AmendOrder
  expect(JSON.parse(encodeCommand(amended, btcusd))).toEqual(amend)
  const banded = decode(band) as SetPriceBand
  expect(JSON.parse(encodeCommand(banded, btcusd))).toEqual(band)
})

test('the largest order of an instrument passes', () => {
  expect(decode({ ...place, quantity: '90071992.54740991', price: '21474836.47' })).toMatchObject({
    quantity: Number.MAX_SAFE_INTEGER,
    price: PRICE_TICKS_MAX,
  })
})

test('fields that no command has are left behind, and postOnly false is no option', () => {
  expect(decode({ ...place, postOnly: false, color: 'red' })).toStrictEqual(decode(place))
})

describe('a line that is no command is malformed', () => {
  test.each(['', '{', 'null', '3', '"x"', '[]', '{}'])('%s', (line) => {
    expect(() => decodeCommand(line, instruments)).toThrow(MalformedCommand)
  })

  const wrong: readonly [object, string][] = [
    [{ ...place, kind: 'SellOrder' }, 'kind "SellOrder"'],
    [{ ...place, kind: undefined }, 'kind undefined'],
    [{ ...place, symbol: 'NONE' }, 'symbol "NONE"'],
    [{ ...place, symbol: 7 }, 'symbol 7'],
    [{ ...place, requestId: 7 }, 'requestId'],
    [{ ...place, account: undefined }, 'account'],
    [{ ...place, account: 'a/b' }, 'account'],
    [{ ...place, account: 'x'.repeat(65) }, 'account'],
    [{ ...place, orderId: '' }, 'orderId'],
    [{ ...place, orderId: 'a b' }, 'orderId'],
    [{ ...place, orderId: '.' }, 'orderId'],
    [{ ...place, orderId: '..' }, 'orderId'],
    [{ ...place, orderId: 1 }, 'orderId'],
    [{ ...place, side: 'buy' }, 'side'],
    [{ ...place, side: undefined }, 'side'],
    [{ ...place, type: 'STOP' }, 'type'],
    [{ ...place, timeInForce: 'DAY' }, 'timeInForce'],
    [{ ...place, price: undefined }, 'price is for limit orders'],
    [{ ...place, type: 'MARKET' }, 'price is for limit orders'],
    [{ ...place, price: 50000 }, 'price'],
    [{ ...place, price: null }, 'price'],
    [{ ...place, price: '0' }, 'price'],
    [{ ...place, price: '-1' }, 'price'],
    [{ ...place, price: '1.001' }, 'price'],
    [{ ...place, price: '21474836.48' }, 'price'],
    [{ ...place, quantity: undefined }, 'quantity'],
    [{ ...place, quantity: 1 }, 'quantity'],
    [{ ...place, quantity: '0' }, 'quantity'],
    [{ ...place, quantity: '0.000000001' }, 'quantity'],
    [{ ...place, quantity: '90071992.54740992' }, 'quantity'],
    [{ ...place, timeInForce: 'GTD' }, 'expiresAtMs is for GTD orders'],
    [{ ...place, expiresAtMs: 5 }, 'expiresAtMs is for GTD orders'],
    [{ ...place, timeInForce: 'GTD', expiresAtMs: 1.5 }, 'expiresAtMs'],
    [{ ...place, timeInForce: 'GTD', expiresAtMs: '5' }, 'expiresAtMs'],
    [{ ...place, postOnly: 'yes' }, 'postOnly'],
    [{ ...place, selfTradePrevention: 'DECREMENT' }, 'selfTradePrevention'],
    [{ ...amend, price: undefined, quantity: undefined }, 'nothing to amend'],
    [{ ...amend, price: '0.001' }, 'price'],
    [{ ...amend, quantity: 'x' }, 'quantity'],
    [{ ...amend, account: null }, 'account'],
    [{ kind: 'CancelOrder', symbol: SYMBOL, account: 'ann' }, 'orderId'],
    [{ kind: 'CancelAllOrders', symbol: SYMBOL }, 'account'],
    [{ ...band, low: '2.01' }, 'low is above high'],
    [{ ...band, low: '0.00' }, 'low'],
    [{ ...band, high: 2 }, 'high'],
  ]
  test.each(wrong)('%o', (fields, message) => {
    expect(() => decode(fields)).toThrow(new MalformedCommand(message))
  })
})
