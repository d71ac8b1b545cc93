import { expect, test } from 'vitest'
import { bandFault } from './band-fault.ts'

const INSTRUMENT = { tick: { decimals: 2, multiple: 1 } }

test.each([
  ['', '', undefined],
  ['1', '', undefined],
  ['1.00', '1', undefined],
  ['2', '1', 'band_low_above_high'],
  ['1.001', '', 'price_not_on_tick'],
  ['', '0', 'price_not_positive'],
  ['1,000', '', 'price_not_a_decimal'],
  ['', '9'.repeat(20), 'price_too_large'],
])('%j to %j: %s', (low, high, fault) => {
  expect(bandFault(INSTRUMENT, { low, high })).toBe(fault)
})
