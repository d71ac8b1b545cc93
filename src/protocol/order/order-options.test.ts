import { expect, test } from 'vitest'
import {
  isPostOnly,
  OPTIONS_END,
  optionsOf,
  selfTradePreventionOf,
  sideOf,
  timeInForceOf,
  typeOf,
} from './order-options.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from './order-words.ts'

test('option bits keep every word of an order', () => {
  for (const side of SIDES) {
    for (const type of ORDER_TYPES) {
      for (const timeInForce of TIMES_IN_FORCE) {
        for (const selfTradePrevention of SELF_TRADE_PREVENTIONS) {
          for (const postOnly of [true, false]) {
            const order = { side, type, timeInForce, selfTradePrevention, postOnly }
            const options = optionsOf(order)
            expect(options).toBeLessThan(OPTIONS_END)
            expect({
              side: sideOf(options),
              type: typeOf(options),
              timeInForce: timeInForceOf(options),
              selfTradePrevention: selfTradePreventionOf(options),
              postOnly: isPostOnly(options),
            }).toEqual(order)
          }
        }
      }
    }
  }
})
