/**
 * The bodies that our dialect reads, as zod schemas: they validate the shape of a request and make
 * its part of the OpenAPI document. Rules between fields, and all that needs an instrument, are
 * order entry's.
 */

import * as z from 'zod'
import { BATCH_ORDERS_MAX, ORDER_ID_PATTERN } from '../protocol/limits.ts'
import { PHASES } from '../protocol/operator-commands.ts'
import { CORE_ORDER_FIELDS } from '../protocol/order-fields.ts'
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../protocol/order-words.ts'
import { decimalInput, describeField, optionalRequestShape } from './order-field-schemas.ts'

const { side, type, timeInForce, quantity, price } = CORE_ORDER_FIELDS

export const placeOrderBody = z
  .strictObject({
    orderId: z.string().regex(ORDER_ID_PATTERN).optional().describe('The caller’s name for it; made if absent.'),
    symbol: z.string().describe('An instrument of GET /instruments.'),
    side: z.enum(SIDES).describe(describeField(side)),
    type: z.enum(ORDER_TYPES).optional().describe(describeField(type)),
    timeInForce: z.enum(TIMES_IN_FORCE).optional().describe(describeField(timeInForce)),
    quantity: decimalInput(describeField(quantity), 1.5),
    price: decimalInput(describeField(price), price.example).optional(),
    ...optionalRequestShape,
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
    price: decimalInput('The new price.', '50001.00').optional(),
    quantity: decimalInput('The new total, filled quantity included.', '1').optional(),
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
        low: decimalInput('Lowest price.', '40000.00').optional(),
        high: decimalInput('Highest price.', '60000.00').optional(),
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
