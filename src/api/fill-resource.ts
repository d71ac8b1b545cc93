/** A fill of an own order as answers show it, and as a schema. */

import * as z from 'zod'
import { formatTimestamp } from '../entry/timestamps.ts'
import { type Fill, orderIdOf } from '../ports/fill-reader.ts'
import { tradeIdOf } from '../protocol/event/events.ts'
import type { Instrument } from '../protocol/instrument/instrument.ts'
import { ECHO_FIELDS, ownEchoOf } from '../protocol/order/echo-fields.ts'
import { SIDES } from '../protocol/order/order-words.ts'
import { formatSteps, formatStepsShort } from '../protocol/units.ts'
import { sequence } from './answer-fields.ts'
import {
  echoAnswerShape,
  priceText as price,
  quantityText as quantity,
  timestampText as timestamp,
} from './order-field-schemas.ts'
import { optionalAnswers } from './order-resource.ts'

export const ownFillSchema = z
  .strictObject({
    tradeId: z.string(),
    orderId: z.string(),
    symbol: z.string(),
    side: z.enum(SIDES).describe('Of the own order.'),
    price,
    quantity,
    liquidity: z.enum(['MAKER', 'TAKER']),
    ...echoAnswerShape,
    timestamp,
    sequence,
  })
  .meta({ id: 'OwnFill' })

export function fillResource(fill: Fill, instrument: Instrument) {
  const { tick, lot } = instrument
  const { trade, liquidity } = fill
  const { symbol, takerSide } = trade
  const makerSide = takerSide === 'BUY' ? 'SELL' : 'BUY'
  return {
    tradeId: tradeIdOf(symbol, trade.tradeNumber),
    orderId: orderIdOf(fill),
    symbol,
    side: liquidity === 'TAKER' ? takerSide : makerSide,
    price: formatSteps(trade.price, tick),
    quantity: formatStepsShort(trade.quantity, lot),
    liquidity,
    ...optionalAnswers(ECHO_FIELDS, ownEchoOf(trade, liquidity), instrument),
    timestamp: formatTimestamp(trade.timestampMs),
    sequence: trade.eventNumber,
  }
}
