/**
 * The bodies of answers that only this dialect has, as schemas for the OpenAPI document. Those of orders are in
 * api/order-schemas.ts. Tests check real answers with them.
 */

import * as z from 'zod'
import { decimal, sequence } from '../api/answer-fields.ts'
import { priceText as price, quantityText as quantity, timestampText as timestamp } from '../api/order-field-schemas.ts'
import { orderSummarySchema } from '../api/order-schemas.ts'
import { tradeSchema } from '../api/trade-schema.ts'
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

const level = z.strictObject({ price, quantity }).meta({ id: 'DepthLevel' })

export const bookSchema = z
  .strictObject({
    symbol: z.string(),
    sequence,
    timestamp: timestamp.nullable(),
    phase,
    lastPrice: price.nullable(),
    bids: z.array(level).describe('Best price first.'),
    asks: z.array(level).describe('Best price first.'),
  })
  .meta({ id: 'Book' })

export const tradesPageSchema = pageOf('trades', tradeSchema).meta({ id: 'TradesPage', description: 'Newest first.' })

export const healthSchema = z
  .looseObject({
    status: z.enum(['ok', 'degraded', 'failing']),
    causes: z
      .array(z.strictObject({ cause: z.string(), since: timestamp, detail: z.string() }))
      .optional()
      .describe('Present if degraded: what is wrong, since when.'),
  })
  .meta({ id: 'Health' })
