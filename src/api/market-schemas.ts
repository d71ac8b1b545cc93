/** Trades, candles and tickers as answers and messages show them, as schemas. */

import * as z from 'zod'
import { SIDES } from '../protocol/order/order-words.ts'
import { decimal, sequence } from './answer-fields.ts'
import { priceText as price, quantityText as quantity, timestampText as timestamp } from './order-field-schemas.ts'

export const tradeSchema = z
  .strictObject({ tradeId: z.string(), price, quantity, takerSide: z.enum(SIDES), timestamp, sequence })
  .meta({ id: 'Trade' })

const quoteVolume = decimal.describe('Sum of price × quantity.')

export const candleSchema = z
  .strictObject({
    start: timestamp.describe('The start of the interval, a multiple of its length since 1970.'),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: quantity.describe('Sum of quantities; 0 in an interval without trades.'),
    quoteVolume,
    count: z.int().min(0).describe('Number of trades.'),
    closed: z.boolean().describe('Whether the interval had ended.'),
  })
  .meta({ id: 'Candle' })

const orNull = (schema: typeof price) => schema.nullable()
const change = z.string().regex(/^-?\d+(\.\d+)?$/)

/** The best levels, and the last 24 hours. */
export const tickerShape = {
  last: orNull(price).describe('Price of the last trade; null before the first.'),
  bid: orNull(price).describe('The highest price of a buy order; null if there is none.'),
  bidQuantity: orNull(quantity),
  ask: orNull(price).describe('The lowest price of a sell order; null if there is none.'),
  askQuantity: orNull(quantity),
  open: orNull(price).describe('Price of the first trade of the last 24 hours; null without trades.'),
  high: orNull(price),
  low: orNull(price),
  volume: quantity.describe('Sum of the quantities of the last 24 hours.'),
  quoteVolume,
  count: z.int().min(0).describe('Number of trades of the last 24 hours.'),
  change: change.nullable().describe('last − open; may be negative; null without open.'),
  changePercent: change.nullable().describe('The change in percent of open, rounded to 2 decimals.'),
}

export const timeSchema = z
  .strictObject({ timestamp, timestampMs: z.int().describe('The same time, as milliseconds since 1970.') })
  .meta({ id: 'Time', examples: [{ timestamp: '2026-01-31T12:00:00.000Z', timestampMs: 1_769_860_800_000 }] })
