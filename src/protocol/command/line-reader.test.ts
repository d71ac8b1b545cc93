import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstrument } from '../instrument/instrument.ts'
import { lots, ticks } from '../units.ts'
import { decodeCommand, encodeCommand } from './codec.ts'
import type { Command } from './commands.ts'
import { LineReader } from './line-reader.ts'

const btcusd = parseInstrument({ symbol: 'BTCUSD', base: 'B', quote: 'U', tickSize: '0.01', lotSize: '0.00000001' })
const odd = parseInstrument({ symbol: 'ODD', base: 'ODD', quote: 'USD', tickSize: '0.25', lotSize: '5' })
const instruments = new Map([btcusd, odd].map((instrument) => [instrument.symbol, instrument]))
const reader = new LineReader(instruments)

const place: Command = {
  kind: 'PlaceOrder',
  symbol: 'BTCUSD',
  requestId: 'r-1',
  account: 'ann',
  orderId: 'a:1',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: lots(150_000_000),
  price: ticks(5_000_000),
  postOnly: true,
  selfTradePrevention: 'EXPIRE_BOTH',
}
const cancel: Command = { kind: 'CancelOrder', symbol: 'ODD', account: 'bob', orderId: 'b' }

/** The result of reading a line: a command, or the error. */
function outcome(read: () => Command): unknown {
  try {
    return read()
  } catch (cause) {
    return String(cause)
  }
}

test.each<Command>([
  place,
  cancel,
  { ...place, timeInForce: 'GTD', expiresAtMs: 1_700_000_000_000 },
  { ...place, timeInForce: 'GTD', expiresAtMs: 0 },
])('frequent lines are read byte by byte: %j', (command) => {
  const line = Buffer.from(encodeCommand(command, command === cancel ? odd : btcusd))
  expect(reader.readPlain(line, 0)).toStrictEqual(command)
})

const traced = (line: string): string =>
  line.replace(/\}$/, ',"traceId":"Root=1-6747f0a1-0123456789abcdef01234567;Sampled=1"}')
const { postOnly: _, selfTradePrevention: __, ...plainOrder } = place

test.each<Command>([place, cancel, plainOrder, { ...cancel, requestId: 'r' }])(
  'the trace id of a line is read byte by byte too, and is no part of the command: %j',
  (command) => {
    const encoded = traced(encodeCommand(command, command.symbol === 'ODD' ? odd : btcusd))
    const line = Buffer.from(encoded)
    expect(reader.readPlain(line, 0)).toStrictEqual(command)
    expect(decodeCommand(encoded, instruments)).toStrictEqual(command)
  },
)

test('a line that may be a copy is left to the decoder, because its mark must be seen', () => {
  const line = Buffer.from(traced(encodeCommand(place, btcusd)).replace(/\}$/, ',"again":true}'))
  expect(reader.readPlain(line, 0)).toBeUndefined()
})

test.each<Command>([
  { kind: 'AdvanceTime', symbol: 'BTCUSD' },
  { ...place, timeInForce: 'GTD', expiresAtMs: Number.MAX_SAFE_INTEGER },
  { ...place, timeInForce: 'GTD', expiresAtMs: -5 },
  { ...place, quantity: lots(Number.MAX_SAFE_INTEGER) },
])('other lines are left to the decoder: %j', (command) => {
  const line = Buffer.from(encodeCommand(command, btcusd))
  expect(reader.readPlain(line, 0)).toBeUndefined()
  expect(reader.read(line, 0, line.length)).toStrictEqual(command)
})

describe('a corrupted line', () => {
  const dated: Command = { ...place, timeInForce: 'GTD', expiresAtMs: 1_700_000_000_000 }
  const lines = [place, cancel, dated]
    .map((command) => encodeCommand(command, command === cancel ? odd : btcusd))
    .flatMap((line) => [line, traced(line)])

  // For any corruption, the result must equal that of the decoder.
  test('gives the same result as the decoder', () => {
    const spoiled = fc
      .tuple(
        fc.constantFrom(...lines),
        fc.nat(340),
        fc.nat(3),
        fc.constantFrom('', '"', '0', '.', 'x', ',', '}', '\\', '9', '-'),
      )
      .map(([line, at, cut, put]) => line.slice(0, at) + put + line.slice(at + cut))
    fc.assert(
      fc.property(spoiled, (line) => {
        const bytes = Buffer.from(line)
        const read = outcome(() => reader.read(bytes, 0, bytes.length))
        expect(read).toStrictEqual(outcome(() => decodeCommand(line, instruments)))
      }),
      { numRuns: 3_000 },
    )
  })

  test.each([
    ['more digits than the step has', '"50000.00"', '"50000.001"'],
    ['a price of zero', '"50000.00"', '"0.00"'],
    ['a price beyond the limit', '"50000.00"', '"21474836.48"'],
    ['a point without digits', '"50000.00"', '"50000."'],
    ['an account too long', '"ann"', `"${'a'.repeat(65)}"`],
    ['an order id that a path cannot contain', '"a:1"', '".."'],
    ['another symbol', '"BTCUSD"', '"NONE"'],
    ['an optional field twice', ',"postOnly":true', ',"postOnly":true,"postOnly":true'],
    ['optional fields in another order', ',"postOnly":true', ',"selfTradePrevention":"NONE","postOnly":true'],
    ['postOnly false', ',"postOnly":true', ',"postOnly":false'],
    ['an unknown word', '"EXPIRE_BOTH"', '"EXPIRE_ALL"'],
    ['an unknown field', ',"postOnly":true', ',"color":"red"'],
    ['an expiry time of a GTC order', '"EXPIRE_BOTH"', '"EXPIRE_BOTH","expiresAtMs":5'],
    ['a field twice', ',"orderId":"a:1"', ',"orderId":"a:1","orderId":"a:2"'],
  ])('%s', (_, from, to) => {
    const line = lines[0].replace(from, to)
    const bytes = Buffer.from(line)
    expect(outcome(() => reader.read(bytes, 0, bytes.length))).toStrictEqual(
      outcome(() => decodeCommand(line, instruments)),
    )
  })
})

test('names with the same slot in the cache are not confused', () => {
  const accounts = Array.from({ length: 5_000 }, (_, i) => `account-${i}`)
  for (const account of [...accounts, ...accounts]) {
    const line = Buffer.from(encodeCommand({ ...cancel, account }, odd))
    expect(reader.readPlain(line, 0)).toStrictEqual({ ...cancel, account })
  }
})
