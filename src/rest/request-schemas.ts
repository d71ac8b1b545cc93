/**
 * The request bodies of the REST dialect, as zod schemas. They validate the shape of a request and make its
 * part of the OpenAPI document. Order entry checks the rules between fields, and all rules that need an
 * instrument.
 */

import * as z from 'zod'
import { PHASES } from '../protocol/command/trading-phases.ts'
import {
  ASSET_PATTERN,
  BATCH_ORDERS_MAX,
  OPERATOR_REASON_PATTERN,
  ORDER_ID_PATTERN,
  SYMBOL_PATTERN,
} from '../protocol/limits.ts'
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

/** The operator's reason, in the body or in the query. */
export const reasonText = z
  .string()
  .regex(OPERATOR_REASON_PATTERN)
  .describe('The operator’s reason, as free text. The events repeat it.')

const asset = z.string().regex(ASSET_PATTERN)
const base = asset.describe('The asset that is bought and sold, such as BTC.')
const quote = asset.describe('The asset in which prices are quoted, such as USD.')
const minQuantity = decimalInput('The smallest quantity of an order.', '0.001')
const maxQuantity = decimalInput('The largest quantity of an order.', '500')
const fixed = z.unknown().optional().describe('Cannot be changed; rejected with tick_and_lot_fixed.')

export const defineInstrumentBody = z
  .strictObject({
    symbol: z.string().regex(SYMBOL_PATTERN).describe('The symbol that orders refer to.'),
    base,
    quote,
    tickSize: decimalInput('The price step. It never changes.', '0.01'),
    lotSize: decimalInput('The quantity step. It never changes.', '0.001'),
    minQuantity: minQuantity.optional(),
    maxQuantity: maxQuantity.optional(),
    reason: reasonText.optional(),
  })
  .meta({
    id: 'DefineInstrumentRequest',
    description:
      'Defines a new instrument. A closed instrument is reopened if its tick and lot are the same as before.',
    examples: [
      { symbol: 'SOLUSD', base: 'SOL', quote: 'USD', tickSize: '0.01', lotSize: '0.001', reason: 'listed in week 48' },
    ],
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
      .describe('The whole band. An absent bound is removed; null removes both.'),
    base: base.optional(),
    quote: quote.optional(),
    minQuantity: minQuantity.nullable().optional().describe('null removes the bound. Open orders do not change.'),
    maxQuantity: maxQuantity.nullable().optional().describe('null removes the bound. Open orders do not change.'),
    tickSize: fixed,
    lotSize: fixed,
    reason: reasonText.optional(),
  })
  .meta({
    id: 'InstrumentPatch',
    description: 'At least one field besides the reason is required.',
    examples: [
      { phase: 'HALTED', reason: 'news' },
      { priceBand: { low: '40000.00', high: '60000.00' } },
      { minQuantity: '0.001', maxQuantity: null },
    ],
  })

export const adoptRulesBody = z
  .strictObject({
    rules: z.int().min(1).describe('The version to adopt. It must be newer than the version in force.'),
    reason: reasonText.optional(),
  })
  .meta({ id: 'AdoptRulesRequest', examples: [{ rules: 2, reason: 'the old program is retired' }] })
