import { expect, test } from 'vitest'
import { DEMO_INSTRUMENTS, type InstrumentText, instrumentText, parseInstrument } from './instrument.ts'

const text: InstrumentText = { symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' }

test('an instrument is read and written as the same text', () => {
  for (const demo of DEMO_INSTRUMENTS) expect(instrumentText(parseInstrument(demo))).toEqual(demo)
  expect(instrumentText(parseInstrument({ ...text, tickSize: '0.250', lotSize: '5.0' }))).toMatchObject({
    tickSize: '0.25',
    lotSize: '5',
  })
})

test('the decimal text of the largest order converts to the exact count of lots', () => {
  expect(parseInstrument(text).quantityMax).toBe(Number.MAX_SAFE_INTEGER)
  const fives = parseInstrument({ ...text, lotSize: '5' })
  expect(fives.quantityMax * 5).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
  expect((fives.quantityMax + 1) * 5).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
})

test.each(['ENERGY-DE', 'A', '7', 'A.B_C-D', 'X'.repeat(24)])('%s is a symbol', (symbol) => {
  expect(parseInstrument({ ...text, symbol }).symbol).toBe(symbol)
})

test.each(['', 'btcusd', '-A', 'A B', 'A/B', 'X'.repeat(25)])('%j is not a symbol', (symbol) => {
  expect(() => parseInstrument({ ...text, symbol })).toThrow(RangeError)
})

test.each([{ tickSize: '0' }, { tickSize: 'x' }, { lotSize: '' }, { lotSize: '0.0000000000001' }])(
  '%o is refused',
  (sizes) => {
    expect(() => parseInstrument({ ...text, ...sizes })).toThrow(RangeError)
  },
)
