import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEMO_INSTRUMENTS, parseInstrument } from '../protocol/instrument/instrument.ts'
import type { ShownTrade } from '../protocol/trade-record.ts'
import { lots, ticks } from '../protocol/units.ts'
import { tradeResource, tradeText } from './market-resource.ts'

test('the text of a trade is the JSON of its resource', () => {
  const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const trade = fc.record({
    tradeNumber: number,
    eventNumber: number,
    price: fc.integer({ min: 1, max: 2 ** 31 - 1 }).map(ticks),
    quantity: fc.integer({ min: 1, max: 2 ** 46 }).map(lots),
    takerSide: fc.constantFrom('BUY' as const, 'SELL' as const),
    timestampMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  })
  fc.assert(
    fc.property(trade, fc.constantFrom(...DEMO_INSTRUMENTS.map(parseInstrument)), (fields, instrument) => {
      const one: ShownTrade = { ...fields, symbol: instrument.symbol }
      expect(tradeText(one, instrument)).toBe(JSON.stringify(tradeResource(one, instrument)))
    }),
  )
})
