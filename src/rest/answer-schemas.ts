/**
 * The bodies of answers that only this dialect has, as schemas for the OpenAPI document. Those of orders are in
 * api/order-schemas.ts. Tests check real answers with them.
 */

import * as z from 'zod'
import { decimal, sequence } from '../api/answer-fields.ts'
import { ownFillSchema } from '../api/fill-resource.ts'
import { candleSchema, tickerShape, tradeSchema } from '../api/market-schemas.ts'
import {
  NO_ECHO_ANSWERS,
  priceText as price,
  quantityText as quantity,
  timestampText as timestamp,
} from '../api/order-field-schemas.ts'
import { orderSummarySchema } from '../api/order-schemas.ts'
import { INTERVALS } from '../protocol/candle-interval.ts'
import { PHASES } from '../protocol/command/trading-phases.ts'

const pageOf = <T extends z.ZodType>(name: string, row: T) =>
  z.strictObject({ [name]: z.array(row), nextCursor: z.string().nullable().describe('null on the last page.') })

export const ordersPageSchema = pageOf('orders', orderSummarySchema).meta({ id: 'OrdersPage' })

const phase = z.enum(PHASES)

export const instrumentSchema = z
  .strictObject({
    symbol: z.string(),
    base: z.string(),
    quote: z.string(),
    tickSize: decimal,
    lotSize: decimal,
    minQuantity: quantity.nullable().describe('The smallest quantity of an order; null means one lot.'),
    maxQuantity: quantity.nullable().describe('The largest quantity of an order; null means quantityMax.'),
    priceMax: decimal,
    quantityMax: decimal,
    phase,
    closed: z.boolean().describe('true: the instrument accepts no orders until an operator defines it again.'),
    priceBand: z
      .strictObject({ low: price, high: price })
      .nullable()
      .describe('The prices that an order may have: from one tick to priceMax where no bound is set. null: any price.'),
    rules: z.int().describe('Version of the rules that the instrument follows.'),
  })
  .meta({ id: 'Instrument' })

export const instrumentsSchema = z.strictObject({ instruments: z.array(instrumentSchema) }).meta({ id: 'Instruments' })

export const instrumentChangeSchema = z
  .strictObject({ symbol: z.string(), receivedAt: timestamp })
  .meta({ id: 'InstrumentChange', description: 'The change is durable and will be applied.' })

export const rulesSchema = z
  .strictObject({
    rules: z.int().describe('The version that every instrument follows.'),
    newest: z.int().describe('The newest version that the program supports.'),
  })
  .meta({ id: 'Rules', examples: [{ rules: 2, newest: 2 }] })

export const rulesChangeSchema = z
  .strictObject({ receivedAt: timestamp })
  .meta({ id: 'RulesChange', description: 'The command is durable and will be applied.' })

const level = z
  .strictObject({
    price,
    quantity,
    orders: z
      .int()
      .nullable()
      .describe('Number of orders. null on AWS, until the first command after an upgrade from a version without it.'),
  })
  .meta({ id: 'DepthLevel' })

export const bookSchema = z
  .strictObject({
    symbol: z.string(),
    sequence,
    timestamp: timestamp.nullable(),
    phase,
    lastPrice: price.nullable(),
    checksum: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .nullable()
      .describe(
        'CRC-32 of the ten best levels of each side, whatever the depth: best bid, best ask, second bid and so on, each as price:quantity:orders, joined by colons. null if the numbers of orders are.',
      ),
    bids: z.array(level).describe('Best price first.'),
    asks: z.array(level).describe('Best price first.'),
  })
  .meta({
    id: 'Book',
    examples: [
      {
        symbol: 'BTCUSD',
        sequence: 9,
        timestamp: '2026-01-31T12:00:00.000Z',
        phase: 'CONTINUOUS',
        lastPrice: '50000.00',
        checksum: 3503196427,
        bids: [{ price: '49000.00', quantity: '1.5', orders: 1 }],
        asks: [{ price: '50000.00', quantity: '1.5', orders: 1 }],
      },
    ],
  })

export const tradesPageSchema = pageOf('trades', tradeSchema).meta({ id: 'TradesPage' })

export const fillsPageSchema = pageOf('fills', ownFillSchema).meta({
  id: 'FillsPage',
  examples: [
    {
      fills: [
        {
          tradeId: 'BTCUSD-4',
          orderId: 'test-001',
          symbol: 'BTCUSD',
          side: 'BUY',
          price: '49999.50',
          quantity: '0.5',
          liquidity: 'TAKER',
          ...NO_ECHO_ANSWERS,
          timestamp: '2026-01-31T12:00:00.004Z',
          sequence: 16,
        },
      ],
      nextCursor: null,
    },
  ],
})

export const candlesSchema = z
  .strictObject({
    symbol: z.string(),
    interval: z.enum(INTERVALS),
    candles: z.array(candleSchema).describe('Oldest first, one for each interval since the first trade.'),
    nextFrom: timestamp
      .nullable()
      .describe('Send it as `from` for the candles that follow; null if all that was asked for is here.'),
  })
  .meta({
    id: 'Candles',
    examples: [
      {
        symbol: 'BTCUSD',
        interval: '1m',
        candles: [
          {
            start: '2026-01-31T12:00:00.000Z',
            open: '50000.00',
            high: '50010.00',
            low: '49990.50',
            close: '50001.00',
            volume: '1.5',
            quoteVolume: '75000.75',
            count: 3,
            closed: true,
          },
        ],
        nextFrom: null,
      },
    ],
  })

export const tickerSchema = z
  .strictObject({
    symbol: z.string(),
    sequence,
    timestamp: timestamp.describe('The 24 hours end at the end of its minute.'),
    ...tickerShape,
  })
  .meta({
    id: 'Ticker',
    examples: [
      {
        symbol: 'BTCUSD',
        sequence: 9,
        timestamp: '2026-01-31T12:00:00.000Z',
        bid: '49000.00',
        bidQuantity: '1.5',
        ask: '50000.00',
        askQuantity: '1.5',
        last: '50000.00',
        open: '49000.00',
        high: '50000.00',
        low: '48999.50',
        volume: '1.5',
        quoteVolume: '74500',
        count: 3,
        change: '1000.00',
        changePercent: '2.04',
      },
    ],
  })

export const tickersSchema = z.strictObject({ tickers: z.array(tickerSchema) }).meta({ id: 'Tickers' })

export const demoMarketSchema = z
  .strictObject({
    running: z.boolean(),
    seed: z.int().describe('Of the present run, or of the last one of this process.'),
    rate: z.int().describe('Commands a second.'),
    run: z.int().describe('The number of the last run in the data directory; 0: none ever ran.'),
    startedAt: timestamp.nullable().describe('null: this process has had no run.'),
    commands: z.int().describe('Commands of this run that the exchange has answered.'),
    rejected: z.int().describe('Commands among them that it rejected, which is normal.'),
    failure: z.string().nullable().describe('Why the last run ended by itself.'),
  })
  .meta({
    id: 'DemoMarket',
    examples: [
      {
        running: true,
        seed: 1,
        rate: 50,
        run: 1,
        startedAt: '2026-01-31T12:00:00.000Z',
        commands: 5400,
        rejected: 0,
        failure: null,
      },
    ],
  })

export const healthSchema = z
  .looseObject({
    status: z.enum(['ok', 'degraded', 'failing']),
    causes: z
      .array(z.strictObject({ cause: z.string(), since: timestamp, detail: z.string() }))
      .optional()
      .describe('Present if degraded: what is wrong, since when.'),
  })
  .meta({ id: 'Health' })
