/** Orders as answers and messages show them, as schemas. Tests check real answers with them. */

import * as z from 'zod'
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../protocol/order/order-words.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../protocol/reasons.ts'
import { ORDER_STATUSES } from '../protocol/records.ts'
import { decimal, sequence } from './answer-fields.ts'
import {
  echoAnswerShape,
  NO_ECHO_ANSWERS,
  NO_OPTIONAL_ANSWERS,
  optionalAnswerShape,
  priceText as price,
  quantityText as quantity,
  timestampText as timestamp,
} from './order-field-schemas.ts'
import { problemSchema } from './problem-schema.ts'

export const pendingOrderSchema = z
  .strictObject({
    orderId: z.string(),
    symbol: z.string(),
    status: z.enum(ORDER_STATUSES).describe('PENDING, unless the order was sent before and has been matched.'),
    receivedAt: timestamp,
  })
  .meta({
    id: 'PendingOrder',
    examples: [{ orderId: 'test-001', symbol: 'BTCUSD', status: 'PENDING', receivedAt: '2026-01-31T12:00:00.000Z' }],
  })

const fill = z
  .strictObject({
    tradeId: z.string(),
    price,
    quantity,
    liquidity: z.enum(['MAKER', 'TAKER']),
    ...echoAnswerShape,
    timestamp,
  })
  .meta({ id: 'Fill' })

/** Why an order was rejected or canceled. */
export const orderReason = z.enum([...new Set([...REJECT_REASONS, ...CANCEL_REASONS])])

const summaryShape = {
  orderId: z.string(),
  symbol: z.string(),
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  timeInForce: z.enum(TIMES_IN_FORCE),
  price: price.nullable(),
  quantity,
  filledQuantity: quantity,
  remainingQuantity: quantity.describe('What may still be filled; 0 once the order is closed.'),
  status: z.enum(ORDER_STATUSES),
  reason: orderReason.nullable().describe('The reason why the order was rejected or canceled.'),
  ...optionalAnswerShape,
  receivedAt: timestamp,
  updatedAt: timestamp,
  sequence,
}

export const orderSummarySchema = z.strictObject(summaryShape).meta({ id: 'OrderSummary' })

export const orderSchema = z
  .strictObject({
    ...summaryShape,
    averagePrice: decimal
      .nullable()
      .describe(
        'Mean price of the fills, weighted by quantity, to 12 decimals beyond the tick. null before the first fill, and if not all fills are listed.',
      ),
    fills: z.array(fill).describe('The first 1,000 fills, oldest first.'),
  })
  .meta({
    id: 'Order',
    examples: [
      {
        orderId: 'test-001',
        symbol: 'BTCUSD',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        price: '50000.00',
        quantity: '1.5',
        filledQuantity: '0.5',
        remainingQuantity: '1',
        status: 'PARTIALLY_FILLED',
        reason: null,
        ...NO_OPTIONAL_ANSWERS,
        receivedAt: '2026-01-31T12:00:00.000Z',
        updatedAt: '2026-01-31T12:00:00.004Z',
        sequence: 17,
        averagePrice: '49999.50',
        fills: [
          {
            tradeId: 'BTCUSD-4',
            price: '49999.50',
            quantity: '0.5',
            liquidity: 'TAKER',
            ...NO_ECHO_ANSWERS,
            timestamp: '2026-01-31T12:00:00.004Z',
          },
        ],
      },
    ],
  })

export const replayed = z.literal(true).optional().describe('The order was sent before; this is its present state.')

export const batchResultsSchema = z
  .strictObject({
    results: z.array(
      z.union([
        z.strictObject({
          status: z.literal(202),
          orderId: z.string(),
          symbol: z.string(),
          receivedAt: timestamp,
          replayed,
        }),
        z.strictObject({ status: z.literal(200), order: orderSchema, replayed }),
        problemSchema,
      ]),
    ),
  })
  .meta({ id: 'BatchResults', description: 'A result for each order, in the sequence of the request.' })

export const orderChangeSchema = z
  .strictObject({ orderId: z.string(), symbol: z.string(), receivedAt: timestamp })
  .meta({ id: 'OrderChange', description: 'The cancel or amendment is durable and will be applied.' })

export const cancelAllSchema = z
  .strictObject({
    symbol: z.string().nullable().describe('The symbol in which orders are canceled; null: in every symbol.'),
    receivedAt: timestamp,
    canceled: z.int().optional().describe('Number of canceled orders; present if the request waited for the outcome.'),
  })
  .meta({ id: 'CancelAll' })
