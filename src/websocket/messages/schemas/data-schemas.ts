/** The messages of every channel, as schemas for the AsyncAPI document. Tests check real messages with them. */

import * as z from 'zod'
import { sequence } from '../../../api/answer-fields.ts'
import { candleSchema, tickerShape, tradeSchema } from '../../../api/market-schemas.ts'
import {
  priceText as price,
  quantityText as quantity,
  timestampText as timestamp,
} from '../../../api/order-field-schemas.ts'
import { orderReason, orderSummarySchema } from '../../../api/order-schemas.ts'
import { PHASES } from '../../../protocol/command/trading-phases.ts'
import type { Channel } from '../operations.ts'
import { depth, interval } from './request-schemas.ts'

const symbol = z.string()
const from = z.int().min(1).describe('Number of the first event that is covered: `to` of the message before, plus 1.')
const to = z.int().min(1).describe('Number of the last event that is covered.')
const eventTime = timestamp.nullable().describe('Time of the last event; null before the first.')

const level = z
  .tuple([price, quantity, z.int().min(0)])
  .describe('Price, quantity, number of orders. In an update the quantity 0 removes the level.')
const levels = z.array(level)
const checksum = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .describe('CRC-32 of the ten best levels of each side after the message.')

const snapshot = z.literal('snapshot')
const update = z.literal('update')
const book = z.literal('book')
const bookAfter = { timestamp: eventTime, phase: z.enum(PHASES), bids: levels, asks: levels, checksum }
const candles = { channel: z.literal('candles'), symbol, interval }
const ticker = { channel: z.literal('ticker'), symbol }
const trades = { channel: z.literal('trades'), symbol }
const tradeList = z.array(tradeSchema).describe('Oldest first.')
const candleList = z.array(candleSchema).describe('Oldest first.')

const orderEvent = {
  symbol,
  orderId: z.string(),
  sequence,
  timestamp,
}

const event = z.union([
  z.strictObject({ type: z.enum(['ACCEPTED', 'AMENDED']), ...orderEvent }),
  z.strictObject({
    type: z.enum(['REJECTED', 'CANCELED', 'CANCEL_REJECTED', 'AMEND_REJECTED']),
    ...orderEvent,
    reason: orderReason,
  }),
  z.strictObject({
    type: z.literal('TRADE'),
    ...orderEvent,
    tradeId: z.string(),
    price,
    quantity,
    liquidity: z.enum(['MAKER', 'TAKER']),
  }),
])

const named = <T extends z.ZodType>(id: string, schema: T): T => schema.meta({ id })

export const DATA_SCHEMAS = {
  book: {
    snapshot: named(
      'BookSnapshot',
      z.strictObject({ type: snapshot, channel: book, symbol, depth, sequence, ...bookAfter }),
    ),
    update: named('BookUpdate', z.strictObject({ type: update, channel: book, symbol, depth, from, to, ...bookAfter })),
  },
  trades: {
    snapshot: named('TradesSnapshot', z.strictObject({ type: snapshot, ...trades, sequence, trades: tradeList })),
    update: named('TradesUpdate', z.strictObject({ type: update, ...trades, from, to, trades: tradeList })),
  },
  ticker: {
    snapshot: named(
      'TickerSnapshot',
      z.strictObject({ type: snapshot, ...ticker, sequence, timestamp: eventTime, ...tickerShape }),
    ),
    update: named(
      'TickerUpdate',
      z.strictObject({ type: update, ...ticker, from, to, timestamp: eventTime, ...tickerShape }),
    ),
  },
  candles: {
    snapshot: named('CandlesSnapshot', z.strictObject({ type: snapshot, ...candles, sequence, candles: candleList })),
    update: named('CandlesUpdate', z.strictObject({ type: update, ...candles, from, to, candles: candleList })),
  },
  orders: {
    snapshot: named(
      'OrdersSnapshot',
      z.strictObject({
        type: snapshot,
        channel: z.literal('orders'),
        complete: z.boolean().describe('Whether the account has no other open orders.'),
        orders: z.array(orderSummarySchema).describe('The newest open orders, newest first.'),
      }),
    ),
    update: named(
      'OrdersUpdate',
      z.strictObject({
        type: update,
        channel: z.literal('orders'),
        updates: z.array(
          z.strictObject({
            event,
            order: orderSummarySchema
              .nullable()
              .describe('The order after the event; null if the event concerns an order that is not open.'),
          }),
        ),
      }),
    ),
  },
} as const satisfies Record<Channel, Readonly<Record<'snapshot' | 'update', z.ZodType>>>
