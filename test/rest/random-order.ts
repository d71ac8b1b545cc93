/** Random fields of an order, mostly with a fault. */

import fc from 'fast-check'

const word = fc.constantFrom('BUY', 'SELL', 'LIMIT', 'MARKET', 'GTC', 'IOC', 'GTD', 'FOK', 'BTCUSD', 'NONE', '', 'x')
export const decimal = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.stringMatching(/^-?\d{0,25}(\.\d{0,25})?(e-?\d{1,4})?$/),
  fc.constantFrom('1', 0.01, '1.5', 100),
)
export const anything = fc.oneof(word, decimal, fc.jsonValue({ maxDepth: 2 }))
export const randomOrder = fc.record(
  {
    orderId: fc.oneof(fc.constant('a'), anything),
    symbol: fc.oneof(fc.constant('BTCUSD'), anything),
    side: fc.oneof(fc.constant('BUY'), anything),
    type: word,
    timeInForce: word,
    quantity: fc.oneof(decimal, anything),
    price: fc.oneof(decimal, anything),
    postOnly: fc.oneof(fc.boolean(), anything),
    selfTradePrevention: word,
    expiresAt: fc.oneof(fc.constant('2030-01-01T00:00:00Z'), fc.date().map(String), anything),
    other: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
)
