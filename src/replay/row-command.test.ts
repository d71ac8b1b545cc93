import { expect, test } from 'vitest'
import { DEMO_INSTRUMENTS } from '../protocol/instrument/instrument.ts'
import { newlyListed } from '../protocol/instrument/instrument-directory.ts'
import { RULES_NEWEST } from '../protocol/versions.ts'
import { lotsOf, rowCommand } from './row-command.ts'
import type { VenueRow } from './venue-row.ts'

const BTCUSD = newlyListed(DEMO_INSTRUMENTS[0], RULES_NEWEST)
const row: VenueRow = {
  line: 9,
  id: '65595247',
  timestampMs: 1430438404518,
  price: '236.47',
  volume: 200000000,
  action: 'created',
  side: 'BUY',
}
const meaning = (changes: Partial<VenueRow>, instrument = BTCUSD) => rowCommand({ ...row, ...changes }, instrument, 'a')

test('created is a good-till-canceled limit order', () => {
  expect(meaning({})).toEqual({
    kind: 'PlaceOrder',
    symbol: 'BTCUSD',
    account: 'a',
    orderId: '65595247',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    price: 23647,
    quantity: 200000000,
  })
  expect(meaning({ side: 'SELL', price: '236' })).toMatchObject({ side: 'SELL', price: 23600 })
})

test('deleted with volume left is a cancel', () => {
  expect(meaning({ action: 'deleted', volume: 1 })).toEqual({
    kind: 'CancelOrder',
    symbol: 'BTCUSD',
    account: 'a',
    orderId: '65595247',
  })
})

test("the venue's own fills are not sent", () => {
  expect(meaning({ action: 'deleted', volume: 0 })).toBe('venue_fill')
  expect(meaning({ action: 'changed' })).toBe('venue_fill')
  expect(meaning({ action: 'changed', volume: 0 })).toBe('venue_fill')
})

test('an order beyond the limits of a book is skipped', () => {
  expect(meaning({ volume: 0 })).toBe('skipped')
  expect(meaning({ price: '0.00' })).toBe('skipped')
  expect(meaning({ price: '21474836.47' })).toMatchObject({ price: 2 ** 31 - 1 })
  expect(meaning({ price: '21474836.48' })).toBe('skipped')
  expect(meaning({ price: '9'.repeat(30) })).toBe('skipped')
})

test('volume is converted to lots of the instrument', () => {
  const coarse = newlyListed({ ...DEMO_INSTRUMENTS[0], lotSize: '0.25' }, RULES_NEWEST)
  expect(meaning({ volume: 150000000 }, coarse)).toMatchObject({ quantity: 6 })
})

test('a price or volume off the steps of the instrument is refused with its line', () => {
  const coarse = newlyListed({ ...DEMO_INSTRUMENTS[0], tickSize: '0.5', lotSize: '0.1' }, RULES_NEWEST)
  expect(() => meaning({}, coarse)).toThrow('line 9: price 236.47, volume 200000000: BTCUSD is priced in steps of 0.5.')
  expect(() => meaning({ price: '236.50', volume: 5_000_000 }, coarse)).toThrow(
    'line 9: price 236.50, volume 5000000: BTCUSD is traded in lots of 0.1.',
  )
})

test('what is left of an order, in lots', () => {
  expect(lotsOf({ ...row, volume: 0 }, BTCUSD)).toBe(0)
  expect(lotsOf(row, BTCUSD)).toBe(200000000)
  const coarse = newlyListed({ ...DEMO_INSTRUMENTS[0], lotSize: '0.25' }, RULES_NEWEST)
  expect(lotsOf({ ...row, volume: 150000000 }, coarse)).toBe(6)
  expect(() => lotsOf({ ...row, volume: 1 }, coarse)).toThrow('line 9: ')
})
