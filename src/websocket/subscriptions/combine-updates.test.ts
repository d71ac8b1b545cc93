import { expect, test } from 'vitest'
import type { MarketUpdate } from '../../ports/market-feed.ts'
import { combineUpdates } from './combine-updates.ts'

const updates = (...contents: readonly object[]): MarketUpdate[] =>
  contents.map((content, i) => {
    const [from, to] = [10 * i + 1, 10 * i + 10]
    return { type: 'update', from, to, text: JSON.stringify({ type: 'update', from, to, ...content }) }
  })

test('the last state of each level counts', () => {
  const all = updates(
    { bids: [['1', '5', 1]], asks: [], checksum: 1 },
    {
      bids: [
        ['2', '1', 1],
        ['1', '0', 0],
      ],
      asks: [['3', '1', 1]],
      checksum: 2,
    },
  )
  const message = combineUpdates('book', all)
  expect([message.from, message.to]).toEqual([1, 20])
  expect(JSON.parse(message.text)).toEqual({
    type: 'update',
    from: 1,
    to: 20,
    bids: [
      ['1', '0', 0],
      ['2', '1', 1],
    ],
    asks: [['3', '1', 1]],
    checksum: 2,
  })
})

test('the last ticker counts, and the last state of each candle', () => {
  const ticker = combineUpdates('ticker', updates({ last: '1' }, { last: '2' }))
  expect(JSON.parse(ticker.text)).toEqual({ type: 'update', from: 1, to: 20, last: '2' })
  const a = { start: 'a', close: '1' }
  const b = { start: 'b', close: '2' }
  const candles = combineUpdates('candles', updates({ candles: [a] }, { candles: [{ ...a, close: '3' }, b] }))
  expect(JSON.parse(candles.text)).toEqual({ type: 'update', from: 1, to: 20, candles: [{ ...a, close: '3' }, b] })
})

test('clients that skipped the same updates share one message, and one update stays as it is', () => {
  const all = updates({ last: '1' }, { last: '2' }, { last: '3' })
  expect(combineUpdates('ticker', all)).toBe(combineUpdates('ticker', all))
  expect(combineUpdates('ticker', all.slice(0, 2))).not.toBe(combineUpdates('ticker', all))
  expect(combineUpdates('ticker', all.slice(2))).toBe(all[2])
})
