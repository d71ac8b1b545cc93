import { expect, test } from 'vitest'
import { DEMO_INSTRUMENTS } from '../protocol/instrument/instrument.ts'
import { newlyListed } from '../protocol/instrument/instrument-directory.ts'
import { RULES_NEWEST } from '../protocol/versions.ts'
import { compare, venueOrders } from './compare.ts'
import { RowParser } from './row-parser.ts'

const BTCUSD = newlyListed(DEMO_INSTRUMENTS[0], RULES_NEWEST)

/** A feed of rows `id time volume action direction`, all at 100.00. */
function feed(...lines: string[]) {
  const parser = new RowParser()
  const rows = lines.map((line) => {
    const [id, timestampMs, volume, action, direction] = line.split(' ')
    return `${id},${timestampMs},100.00,${volume},${action},${direction}`
  })
  parser.push(Buffer.from(['id,timestamp,price,volume,action,direction', ...rows].join('\n')))
  return parser.end()
}

const venueFills = (...lines: string[]) => {
  const { orders, outside } = venueOrders(feed(...lines), BTCUSD)
  return { outside, filled: Object.fromEntries(orders.map(({ order, filled }) => [order.orderId, filled])) }
}

test.each([
  ['that rests unfilled to the end: nothing', ['1 1 80 created bid'], 0],
  ['deleted with all its volume: nothing', ['1 1 80 created bid', '1 2 80 deleted bid'], 0],
  ['deleted with nothing left: all', ['1 1 80 created bid', '1 2 0 deleted bid'], 80],
  ['changed and still there at the end', ['1 1 80 created bid', '1 2 60 changed bid', '1 3 15 changed bid'], 65],
  ['changed, then canceled', ['1 1 80 created bid', '1 2 60 changed bid', '1 3 60 deleted bid'], 20],
  ['whose change comes after its end', ['1 1 80 created bid', '1 2 0 deleted bid', '1 3 30 changed bid'], 80],
  ['whose cancel comes before its creation', ['1 1 80 deleted bid', '1 2 80 created bid'], 0],
  ['created again with other content: the first counts', ['1 1 80 created bid', '1 2 90 created bid'], 0],
])('the venue filled of an order %s', (_, lines, filled) => {
  expect(venueFills(...lines)).toEqual({ outside: 0, filled: { 1: filled } })
})

test('orders without a creation are outside, skipped orders are not counted', () => {
  expect(venueFills('1 1 80 deleted bid', '2 2 5 changed ask', '3 3 0 created bid', '4 4 1 created ask')).toEqual({
    outside: 2,
    filled: { 4: 0 },
  })
})

const FEED = feed(
  '1 1 300000000 created bid',
  '2 2 100000000 created ask',
  '2 3 0 deleted ask',
  '1 4 200000000 changed bid',
  '3 5 100000000 created ask',
  '3 6 100000000 deleted ask',
  '4 7 400000000 created bid',
  '4 8 398000000 changed bid',
  '9 9 1 deleted bid',
)

test('full agreement', async () => {
  const ours = new Map([
    ['1', 100000000],
    ['2', 100000000],
    ['4', 2000000],
  ])
  expect(await compare(FEED, BTCUSD, async (id) => ours.get(id))).toEqual({
    orders: 4,
    outside: 1,
    agree: 4,
    agreePercent: 100,
    quantity: '9',
    agreeQuantityPercent: 100,
    filledOrders: 3,
    filledAgree: 3,
    filledAgreePercent: 100,
    venueFilled: '2.02',
    ourFilled: '2.02',
    overlapPercent: 100,
    differences: [1, 10, 50, 99, 100].map((upToPercent) => ({ upToPercent, weFilledLess: 0, weFilledMore: 0 })),
    largest: [],
  })
})

test('differences are counted and classified by their share of the order; the largest are shown first', async () => {
  const ours = new Map([
    ['1', 250000000],
    ['2', 100000000],
    ['3', 100000000],
    ['4', 0],
  ])
  expect(await compare(FEED, BTCUSD, async (id) => ours.get(id))).toEqual({
    orders: 4,
    outside: 1,
    agree: 1,
    agreePercent: 25,
    quantity: '9',
    agreeQuantityPercent: 11.11,
    filledOrders: 4,
    filledAgree: 1,
    filledAgreePercent: 25,
    venueFilled: '2.02',
    ourFilled: '4.5',
    // Both: 1 + 1 + 0 + 0 of either's 2.5 + 1 + 1 + 0.02.
    overlapPercent: 44.24,
    differences: [
      { upToPercent: 1, weFilledLess: 1, weFilledMore: 0 },
      { upToPercent: 10, weFilledLess: 0, weFilledMore: 0 },
      { upToPercent: 50, weFilledLess: 0, weFilledMore: 1 },
      { upToPercent: 99, weFilledLess: 0, weFilledMore: 0 },
      { upToPercent: 100, weFilledLess: 0, weFilledMore: 1 },
    ],
    largest: [
      { orderId: '1', side: 'BUY', price: '100.00', quantity: '3', venueFilled: '1', ourFilled: '2.5' },
      { orderId: '3', side: 'SELL', price: '100.00', quantity: '1', venueFilled: '0', ourFilled: '1' },
      { orderId: '4', side: 'BUY', price: '100.00', quantity: '4', venueFilled: '0.02', ourFilled: '0' },
    ],
  })
})

test('an empty feed agrees', async () => {
  expect(await compare(feed(), BTCUSD, async () => undefined)).toMatchObject({ orders: 0, agreePercent: 100 })
})

test('100 percent means all, also of very many orders', async () => {
  const lines = Array.from({ length: 20_001 }, (_, i) => `${i} ${i} 5 created bid`)
  const comparison = await compare(feed(...lines), BTCUSD, async (id) => (id === '7' ? 5 : 0))
  expect(comparison).toMatchObject({ orders: 20_001, agree: 20_000, agreePercent: 99.99 })
})
