/** The figures below the ticket, for a book with two asks. */

import { signal } from '@preact/signals'
import { beforeEach, expect, test, vi } from 'vitest'
import { BTCUSD } from '../../../test/ticket/samples.ts'

const ASKS = [
  ['50000.00', '1', 1],
  ['50001.00', '1', 1],
]

vi.mock('../market/instruments.ts', () => ({ instrument: signal(undefined) }))
vi.mock('../market/market.ts', () => ({
  book: signal({ symbol: 'BTCUSD', freshness: 'live', bids: [], asks: [] }),
  ticker: signal({ ticker: undefined }),
}))
vi.mock('../page/settings.ts', () => ({ symbol: signal('BTCUSD') }))

const { draft, setField, setKind } = await import('./draft.ts')
const figures = await import('./ticket-estimate.ts')
const { instrument } = (await import('../market/instruments.ts')) as unknown as { instrument: { value: object } }
const { book } = (await import('../market/market.ts')) as unknown as { book: { value: object } }

const shown = () => ({
  cost: figures.costText.value,
  average: figures.averagePriceText.value,
  slippage: figures.slippageText.value,
  rest: figures.restText.value,
})
const NOTHING = { cost: '–', average: '–', slippage: '–' }

beforeEach(() => {
  instrument.value = BTCUSD
  book.value = { symbol: 'BTCUSD', freshness: 'live', bids: [], asks: ASKS }
  setKind('LIMIT')
  draft.fields.value = {}
  setField('price', '50000.00')
})

test.each(['LIMIT', 'MARKET'])('a fill-or-kill %s order that the book cannot fill costs nothing', (kind) => {
  setKind(kind)
  setField('timeInForce', 'FOK')
  setField('quantity', '3')
  expect(shown()).toEqual({ ...NOTHING, rest: 'order canceled: not enough to fill' })
  setField('quantity', '1')
  expect(shown()).toMatchObject({ cost: '50,000 USD', average: '50,000.00', rest: 'nothing' })
})

test('a post-only order that would trade costs nothing', () => {
  setField('postOnly', 'true')
  setField('quantity', '1')
  expect(shown()).toEqual({ ...NOTHING, rest: 'order rejected: it would trade' })
  setField('price', '49999.00')
  expect(shown()).toMatchObject({ cost: '49,999 USD', rest: '1 BTC rests' })
})

test('an amount that is more than the book has is not used in full, and that is said', () => {
  setKind('MARKET')
  draft.unit.value = 'quote'
  setField('quantity', '100111.5')
  expect(shown()).toMatchObject({ cost: '100,001 USD', rest: '110.5 USD not used' })
  setField('quantity', '100000.99')
  expect(shown()).toMatchObject({ cost: '99,950.999 USD', rest: 'nothing' })
  draft.unit.value = 'base'
})
