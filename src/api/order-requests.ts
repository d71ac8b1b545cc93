/**
 * Orders, batches and amendments as requests have them, as zod schemas. They validate the shape and make its part
 * of the API documents. Order entry checks the rules between fields, and all rules that need an instrument.
 */

import * as z from 'zod'
import { BATCH_ORDERS_MAX, ORDER_ID_PATTERN } from '../protocol/limits.ts'
import { CORE_ORDER_FIELDS } from '../protocol/order/order-fields.ts'
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../protocol/order/order-words.ts'
import { decimalInput, describeField, optionalRequestShape } from './order-field-schemas.ts'

const { side, type, timeInForce, quantity, price } = CORE_ORDER_FIELDS

export const placeOrderBody = z
  .strictObject({
    orderId: z
      .string()
      .regex(ORDER_ID_PATTERN)
      .optional()
      .describe('The client’s id of the order; generated if absent.'),
    symbol: z.string().describe('The symbol of an instrument, from GET /instruments.'),
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

/** Orders are checked one by one, so that an invalid order does not stop the others. */
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
    quantity: decimalInput('The new total quantity, including the filled quantity.', '1').optional(),
  })
  .meta({
    id: 'AmendOrderRequest',
    description:
      'At least one field is required. If only the quantity changes, to a smaller value, the order keeps its place in the queue.',
    examples: [{ quantity: '1' }],
  })
