import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstrument } from '../instrument/instrument.ts'
import { PRICE_TICKS_MAX } from '../limits.ts'
import { OPTIONAL_FIELDS, type OptionalField } from '../order/order-fields.ts'
import { SIDES } from '../order/order-words.ts'
import { lots, ticks } from '../units.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../versions.ts'
import { decodeCommand, decodeParsed, encodeCommand } from './codec.ts'
import { type AmendOrder, addressOf, type Command, type PlaceOrder } from './commands.ts'
import { LineReader } from './line-reader.ts'
import type { SetPriceBand } from './operator-commands.ts'
import { selectLines } from './select-lines.ts'
import { PHASES } from './trading-phases.ts'
import { MalformedCommand, UnknownCommand } from './undecodable-line.ts'

const SYMBOL = 'BTCUSD'
const btcusd = parseInstrument({ symbol: SYMBOL, base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' })
const odd = parseInstrument({ symbol: 'ODD', base: 'ODD', quote: 'USD', tickSize: '0.25', lotSize: '5' })
const instruments = new Map([btcusd, odd].map((instrument) => [instrument.symbol, instrument]))

const instrument = fc.constantFrom(btcusd, odd)
const account = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/)
const orderId = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/).filter((id) => id !== '.' && id !== '..')
const price = fc.integer({ min: 1, max: PRICE_TICKS_MAX }).map(ticks)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
/** Too deep for JSON.stringify. */
function nested(): unknown {
  let value: unknown = 1
  for (let depth = 0; depth < 100_000; depth++) value = [value]
  return value
}

const requestId = optional(fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/))

/** Every field of the table, except those that require a certain word of another field. */
const UNCONDITIONAL = OPTIONAL_FIELDS.filter(({ onlyWith }) => onlyWith === undefined)

function valueIn(field: OptionalField): fc.Arbitrary<unknown> {
  switch (field.kind) {
    case 'flag':
      return fc.constant(true)
    case 'word':
      return fc.constantFrom(...field.words)
    case 'text':
      return fc.stringMatching(field.pattern)
    case 'time':
      return fc.maxSafeInteger()
    case 'ticks':
    case 'lots':
      return price
  }
}

/** Without the fields that are undefined. */
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
      optional: fc.record(Object.fromEntries(UNCONDITIONAL.map((field) => [field.name, optional(valueIn(field))]))),
    })
    .map(
      ({ lifetime, optional, ...place }): Partial<Record<keyof PlaceOrder, unknown>> => ({
        ...place,
        ...optional,
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
    fc.record({ ...base, symbol: optional(base.symbol), account, kind: fc.constant('CancelAllOrders') }),
    fc.record({ ...base, kind: fc.constant('AdvanceTime') }),
  )
  const operator = {
    ...base,
    operator: optional(account),
    operatorKey: optional(fc.stringMatching(/^[ -~]{1,64}$/)),
    operatorReason: optional(fc.string({ minLength: 1, maxLength: 200 })),
  }
  const asset = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,23}$/)
  const bounds = {
    minQuantity: optional(fc.constantFrom('5', '10')),
    maxQuantity: optional(fc.constantFrom('10', '50')),
  }
  const control = fc.oneof(
    fc.record({ ...operator, kind: fc.constant('ChangePhase'), phase: fc.constantFrom(...PHASES) }),
    fc.record({
      ...operator,
      kind: fc.constant('DefineInstrument'),
      symbol: fc.stringMatching(/^[A-Z0-9][A-Z0-9._-]{0,23}$/),
      base: asset,
      quote: asset,
      tickSize: fc.constantFrom('0.01', '0.25'),
      lotSize: fc.constantFrom('1', '0.5'),
      ...bounds,
    }),
    fc.record({ ...operator, kind: fc.constant('ChangeInstrument'), base: asset, quote: optional(asset), ...bounds }),
    fc.record({ ...operator, kind: fc.constant('CloseInstrument') }),
    fc.record({
      ...operator,
      symbol: optional(base.symbol),
      kind: fc.constant('AdoptRules'),
      rules: fc.integer({ min: RULES_OLDEST, max: RULES_NEWEST }),
    }),
    band.chain((band) => fc.record(operator).map((by) => ({ ...by, ...band }))),
  )
  return fc.oneof(place, amend, others, control).map((command) => ({ command: present(command), instrument }))
})

test('an encoded command decodes to the same command', () => {
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
const phase = { kind: 'ChangePhase', symbol: SYMBOL, phase: 'HALTED' }
const define = { kind: 'DefineInstrument', symbol: 'NEW', base: 'N', quote: 'Q', tickSize: '0.01', lotSize: '0.1' }
const decode = (fields: object) => decodeCommand(JSON.stringify(fields), instruments)

test('a line has its prices and quantities as decimal text', () => {
  const command = decode(place) as PlaceOrder
  expect([command.price, command.quantity]).toEqual([5_000_000, 150_000_000])
  expect(JSON.parse(encodeCommand(command, btcusd))).toEqual(place)
  const amended = decode(amend) as AmendOrder
  expect(JSON.parse(encodeCommand(amended, btcusd))).toEqual(amend)
  const banded = decode(band) as SetPriceBand
  expect(JSON.parse(encodeCommand(banded, btcusd))).toEqual(band)
})

test('encodes and decodes the largest order of an instrument', () => {
  expect(decode({ ...place, quantity: '90071992.54740991', price: '21474836.47' })).toMatchObject({
    quantity: Number.MAX_SAFE_INTEGER,
    price: PRICE_TICKS_MAX,
  })
})

test('a command has neither postOnly false nor the fields that a producer adds for the delivery', () => {
  expect(decode({ ...place, postOnly: false, traceId: '1-2', again: true })).toStrictEqual(decode(place))
})

describe('a name that this program does not support is unknown, not malformed', () => {
  const unknown: readonly [object, UnknownCommand['what'], string][] = [
    [{ ...place, type: 'STOP' }, 'word', 'type STOP'],
    [{ ...place, timeInForce: 'DAY' }, 'word', 'timeInForce DAY'],
    [{ ...place, selfTradePrevention: 'DECREMENT' }, 'word', 'selfTradePrevention DECREMENT'],
    [{ kind: 'AdoptRules', rules: RULES_NEWEST + 1 }, 'rules', String(RULES_NEWEST + 1)],
    [{ kind: 'AdoptRules', symbol: SYMBOL, rules: RULES_NEWEST + 1 }, 'rules', String(RULES_NEWEST + 1)],
    [{ ...place, kind: 'SellOrder' }, 'kind', 'SellOrder'],
    [{ kind: 'OpenAuction' }, 'kind', 'OpenAuction'],
    [{ ...phase, phase: 'OPENING_AUCTION' }, 'phase', 'OPENING_AUCTION'],
    [{ ...place, symbol: 'NONE' }, 'instrument', 'NONE'],
    [{ kind: 'CancelAllOrders', symbol: 'NONE', account: 'ann' }, 'instrument', 'NONE'],
    [{ kind: 'ChangeInstrument', symbol: 'NEW', base: 'N' }, 'instrument', 'NEW'],
    [{ ...place, color: 'red' }, 'field', 'color'],
    [{ ...place, operator: 'ann' }, 'field', 'operator'],
    // A new field may add words to a known one.
    [{ ...place, type: 'STOP', stopPrice: '1.00' }, 'field', 'stopPrice'],
    [{ ...amend, postOnly: true }, 'field', 'postOnly'],
    [{ ...band, price: '1.00' }, 'field', 'price'],
    [{ kind: 'AdvanceTime', symbol: SYMBOL, account: 'ann' }, 'field', 'account'],
  ]
  test.each(unknown)('%o', (fields, what, name) => {
    expect(() => decode(fields)).toThrow(UnknownCommand)
    expect(() => decode(fields)).toThrow(expect.objectContaining({ what, unknown: name }))
  })

  test('also the name __proto__, which an object literal cannot contain', () => {
    const line = JSON.stringify(place).replace('{', '{"__proto__":1,')
    expect(() => decodeCommand(line, instruments)).toThrow(new UnknownCommand('field', '__proto__'))
  })
})

test.each(['🏔'.repeat(200), 'x'.repeat(200)])('a reason has up to 200 Unicode characters: %s', (operatorReason) => {
  expect(decode({ ...phase, operatorReason })).toMatchObject({ operatorReason })
})

test.each(['two\u2028lines', 'half \ud83c'])('a reason of an earlier program is read: %j', (operatorReason) => {
  expect(decode({ ...phase, operatorReason })).toMatchObject({ operatorReason })
})

test('a command with ticks or lots cannot be written without its instrument', () => {
  expect(() => encodeCommand(decode(place), undefined)).toThrow('needs its instrument')
  const all = decode({ kind: 'CancelAllOrders', account: 'ann' })
  expect(encodeCommand(all, undefined)).toBe('{"kind":"CancelAllOrders","account":"ann"}')
})

test('a command is addressed to its symbol, else to its account or to the venue', () => {
  const all = { kind: 'CancelAllOrders', account: 'ann' }
  const adopt = { kind: 'AdoptRules', rules: 2 }
  expect(addressOf(decode({ ...all, symbol: SYMBOL }))).toEqual({ symbol: SYMBOL })
  expect(addressOf(decode(all))).toEqual({ account: 'ann' })
  expect(addressOf(decode({ ...adopt, symbol: SYMBOL }))).toEqual({ symbol: SYMBOL })
  expect(addressOf(decode(adopt))).toBe('venue')
})

describe('a line that is not a command is malformed', () => {
  test.each(['', '{', 'null', '3', '"x"', '[]', '{}'])('%s', (line) => {
    expect(() => decodeCommand(line, instruments)).toThrow(MalformedCommand)
  })

  const wrong: readonly [object, string][] = [
    [{ ...place, kind: 7 }, 'kind 7'],
    [{ ...place, kind: undefined }, 'kind undefined'],
    [{ ...place, symbol: 'not a symbol' }, 'symbol "not a symbol"'],
    [{ ...place, symbol: 7 }, 'symbol 7'],
    [{ ...place, requestId: 7 }, 'requestId'],
    [{ ...place, requestId: '' }, 'requestId'],
    [{ ...place, requestId: 'with "quotes"' }, 'requestId'],
    [{ ...place, requestId: 'x'.repeat(65) }, 'requestId'],
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
    [{ ...place, type: 'stop' }, 'type'],
    [{ ...place, timeInForce: 5 }, 'timeInForce'],
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
    [{ ...amend, price: undefined, quantity: undefined }, 'nothing to amend'],
    [{ ...amend, price: '0.001' }, 'price'],
    [{ ...amend, quantity: 'x' }, 'quantity'],
    [{ ...amend, account: null }, 'account'],
    [{ kind: 'CancelOrder', symbol: SYMBOL, account: 'ann' }, 'orderId'],
    [{ kind: 'CancelAllOrders', symbol: SYMBOL }, 'account'],
    [{ ...band, low: '2.01' }, 'low is above high'],
    [{ ...band, low: '0.00' }, 'low'],
    [{ ...band, high: 2 }, 'high'],
    [{ kind: 'CancelOrder', account: 'ann', orderId: 'a' }, 'symbol undefined'],
    [{ ...phase, phase: 7 }, 'phase'],
    [{ ...phase, phase: undefined }, 'phase'],
    [{ ...phase, operator: 'a/b' }, 'operator'],
    [{ ...phase, operatorKey: 7 }, 'operatorKey'],
    [{ ...phase, operatorKey: 'é' }, 'operatorKey'],
    [{ ...phase, operatorReason: '' }, 'operatorReason'],
    [{ ...phase, operatorReason: 'x'.repeat(201) }, 'operatorReason'],
    [{ ...phase, operatorReason: '🏔'.repeat(201) }, 'operatorReason'],
    [{ ...phase, operatorReason: 'two\nlines' }, 'operatorReason'],
    [{ ...band, operator: '' }, 'operator'],
    [{ ...define, symbol: 'new' }, expect.stringContaining('symbol "new" must match')],
    [{ ...define, symbol: undefined }, 'symbol'],
    [{ ...define, base: undefined }, 'base'],
    [{ ...define, base: 'a b' }, 'base'],
    [{ ...define, quote: 'x'.repeat(25) }, 'quote'],
    [{ ...define, tickSize: '0' }, expect.stringContaining('a step is')],
    [{ ...define, lotSize: 1 }, 'lotSize'],
    [{ ...define, minQuantity: '0.05' }, 'minQuantity'],
    [{ ...define, maxQuantity: '9007199254740992' }, 'maxQuantity'],
    [{ ...define, minQuantity: '2', maxQuantity: '1' }, 'minQuantity is above maxQuantity'],
    [{ kind: 'ChangeInstrument', symbol: SYMBOL }, 'nothing to change'],
    [{ kind: 'ChangeInstrument', symbol: SYMBOL, maxQuantity: '0' }, 'maxQuantity'],
    [{ kind: 'CloseInstrument', symbol: SYMBOL, operatorReason: 3 }, 'operatorReason'],
    [{ kind: 'AdoptRules', rules: 0 }, 'rules'],
    [{ kind: 'AdoptRules', symbol: SYMBOL, rules: '2' }, 'rules'],
  ]
  test.each(wrong)('%o', (fields, message) => {
    expect(() => decode(fields)).toThrow(expect.objectContaining({ name: 'MalformedCommand', message }))
  })
})

test('a deeply nested value is malformed, and is not walked through for the message', () => {
  const of = (value: unknown) => () => decodeParsed(value, instruments)
  expect(of({ ...place, kind: nested() })).toThrow(new MalformedCommand('kind an object'))
  expect(of({ ...place, symbol: nested() })).toThrow(new MalformedCommand('symbol an object'))
})
