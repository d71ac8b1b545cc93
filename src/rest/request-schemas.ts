/**
 * The bodies that our dialect reads, as zod schemas: they validate the shape of a request and make
 * its part of the OpenAPI document. Rules between fields, and all that needs an instrument, are
 * order entry's.
 */

import * as z from 'zod'
import type { DecimalInput } from '../entry/decimals.ts'
import { BATCH_ORDERS_MAX, ORDER_ID_PATTERN } from '../protocol/limits.ts'
import { PHASES } from '../protocol/operator-commands.ts'
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from '../protocol/order-words.ts'

const isDecimalInput = (value: unknown): value is DecimalInput => typeof value === 'string' || typeof value === 'number'

const decimal = (description: string, example: DecimalInput) =>
  z.custom<DecimalInput>(isDecimalInput).meta({
    description: `${description} A JSON number or a decimal string; never rounded.`,
    examples: [example],
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    pattern: '^\\d+(\\.\\d+)?$',
  })

export const placeOrderBody = z
  .strictObject({
    orderId: z.string().regex(ORDER_ID_PATTERN).optional().describe('The caller’s name for it; made if absent.'),
    symbol: z.string().describe('An instrument of GET /instruments.'),
    side: z.enum(SIDES),
    type: z.enum(ORDER_TYPES).optional().describe('LIMIT if absent.'),
    timeInForce: z.enum(TIMES_IN_FORCE).optional().describe('GTC if absent; IOC for a market order.'),
    quantity: decimal('A whole number of lots.', 1.5),
    price: decimal('A whole number of ticks. Required for LIMIT, refused for MARKET.', '50000.00').optional(),
    postOnly: z.boolean().optional().describe('Rejected rather than traded at once. LIMIT with GTC or GTD only.'),
    selfTradePrevention: z.enum(SELF_TRADE_PREVENTIONS).optional().describe('NONE if absent.'),
    expiresAt: z
      .string()
      .optional()
      .describe('RFC 3339, at most milliseconds, in the future. Required with GTD, refused otherwise.')
      .meta({ format: 'date-time' }),
  })
  .meta({
    id: 'PlaceOrderRequest',
    examples: [{ orderId: 'test-001', symbol: 'BTCUSD', side: 'BUY', quantity: 1.5, price: 50000.0 }],
  })

/** The orders themselves are checked one by one: a bad one does not stop the others. */
export const batchBody = z
  .strictObject({
    orders: z.array(z.unknown()).meta({
      minItems: 1,
      maxItems: BATCH_ORDERS_MAX,
      items: { $ref: '#/components/schemas/PlaceOrderRequest' },
    }),
  })
  .meta({
    id: 'BatchRequest',
    examples: [
      {
        orders: [
          { symbol: 'BTCUSD', side: 'BUY', quantity: '0.5', price: '49999.00' },
          { symbol: 'BTCUSD', side: 'SELL', type: 'MARKET', quantity: '0.5' },
        ],
      },
    ],
  })

export const amendOrderBody = z
  .strictObject({
    price: decimal('The new price.', '50001.00').optional(),
    quantity: decimal('The new total, filled quantity included.', '1').optional(),
  })
  .meta({
    id: 'AmendOrderRequest',
    description: 'At least one of both. A pure decrease of the quantity keeps the place in the queue.',
    examples: [{ quantity: '1' }],
  })

export const instrumentPatchBody = z
  .strictObject({
    phase: z.enum(PHASES).optional(),
    priceBand: z
      .strictObject({
        low: decimal('Lowest price.', '40000.00').optional(),
        high: decimal('Highest price.', '60000.00').optional(),
      })
      .nullable()
      .optional()
      .describe('An absent bound is lifted; null lifts both.'),
  })
  .meta({
    id: 'InstrumentPatch',
    description: 'At least one of both.',
    examples: [{ phase: 'HALTED' }, { priceBand: { low: '40000.00', high: '60000.00' } }],
  })
