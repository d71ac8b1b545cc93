import { expect, test } from 'vitest'
import type { Comparison } from './compare.ts'
import type { Summary } from './replay.ts'
import { jsonReport, textReport } from './report.ts'

const summary: Summary = {
  events: 50_414,
  orders: 24_894,
  cancels: 24_338,
  cancelsTooLate: 205,
  trades: 557,
  quantity: '770.16009785',
  bestBid: '235.45',
  bestAsk: null,
  elapsedMs: 1_021,
  eventsPerSecond: 49_377,
}

const comparison: Comparison = {
  orders: 1_200,
  outside: 3,
  agree: 1_199,
  agreePercent: 99.91,
  quantity: '2400.5',
  agreeQuantityPercent: 99.5,
  filledOrders: 10,
  filledAgree: 9,
  filledAgreePercent: 90,
  venueFilled: '12',
  ourFilled: '11.25',
  overlapPercent: 93.75,
  differences: [
    { upToPercent: 1, weFilledLess: 0, weFilledMore: 0 },
    { upToPercent: 100, weFilledLess: 1, weFilledMore: 0 },
  ],
  largest: [{ orderId: '77', side: 'BUY', price: '1.00', quantity: '1.5', venueFilled: '0.75', ourFilled: '0' }],
}

test('JSON is one line with the fields of the summary', () => {
  expect(jsonReport(summary)).toBe(
    '{"events":50414,"orders":24894,"cancels":24338,"cancelsTooLate":205,"trades":557,"quantity":"770.16009785",' +
      '"bestBid":"235.45","bestAsk":null,"elapsedMs":1021,"eventsPerSecond":49377}',
  )
})

test('JSON has the comparison under compare', () => {
  expect(JSON.parse(jsonReport(summary, comparison))).toEqual({ ...summary, compare: comparison })
})

test('text', () => {
  expect(textReport({ ...summary, conflicts: 2 }, 'BTCUSD')).toBe(`Replayed into BTCUSD
  events     50,414
  orders     24,894
  cancels    24,338 (205 too late)
  trades     557
  quantity   770.16009785
  best bid   235.45
  best ask   none
  elapsed    1,021 ms
  events/s   49,377
  conflicts  2 ids that were used before for another order
`)
})

test('text with a comparison', () => {
  expect(textReport(summary, 'BTCUSD', comparison)).toContain(`

Compared with the venue, order by order
  orders   1,200 (3 more were created before the feed begins)
  agree    1,199: 99.91 % of the orders
           99.50 % of their quantity, 2400.5
  filled   10 by either side
  agree    9: 90.00 % of them
  venue    12
  we       11.25
  overlap  93.75 % of what either filled, both filled

Differences, as part of the order
  up to  we less  we more
    1 %        0        0
  100 %        1        0

Largest differences
  order  side  price  quantity  venue  we
     77   BUY   1.00       1.5   0.75   0
`)
})

test('nothing follows a comparison without differences', () => {
  const text = textReport(summary, 'BTCUSD', { ...comparison, largest: [] })
  expect(text.endsWith('both filled\n')).toBe(true)
})
