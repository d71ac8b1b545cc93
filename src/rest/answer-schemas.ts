/** The bodies of answers, as schemas for the OpenAPI document. Tests check real answers with them. */

import * as z from 'zod'
import { PHASES } from '../protocol/command/trading-phases.ts'
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../protocol/order/order-words.ts'
import { CANCEL_REASONS, REJECT_REASONS } from '../protocol/reasons.ts'
import { ORDER_STATUSES } from '../protocol/records.ts'
import {
  echoAnswerShape,
  NO_ECHO_ANSWERS,
  NO_OPTIONAL_ANSWERS,
  optionalAnswerShape,
  priceText as price,
  quantityText as quantity,
  timestampText as timestamp,
} from './order-field-schemas.ts'
import { PROBLEM_CODES, PROBLEM_STATUSES } from './problems.ts'

const decimal = z.string().regex(/^\d+(\.\d+)?$/)
const sequence = z
  .int()
  .min(0)
  .describe('Number of the last event of the symbol that is included; 0 before the first event.')

export const problemSchema = z
  .strictObject({
    type: z.string().describe('The page that explains the code.'),
    title: z.string(),
    status: z.literal(PROBLEM_STATUSES),
    detail: z.string(),
    code: z.enum(PROBLEM_CODES),
    field: z.string().optional().describe('The field or parameter that has the fault.'),
    errors: z
      .array(z.strictObject({ code: z.enum(PROBLEM_CODES), field: z.string(), detail: z.string() }))
      .optional()
      .describe('The first faults in the shape of the body, if there are several.'),
    orderId: z
      .string()
      .optional()
      .describe('Of an order that was sent and could not be confirmed: its id, also if the exchange chose it.'),
    orderIds: z
      .array(z.string().nullable())
      .optional()
      .describe('The same for each order of a batch, in its sequence; null for a rejected order.'),
  })
  .meta({
    id: 'Problem',
    examples: [
      {
        type: '/docs/problems#price_not_on_tick',
        title: 'The price is not a whole number of ticks.',
        status: 422,
        detail: 'BTCUSD is priced in steps of 0.01.',
        code: 'price_not_on_tick',
        field: 'price',
      },
    ],
  })

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
  reason: z
    .enum([...new Set([...REJECT_REASONS, ...CANCEL_REASONS])])
    .nullable()
    .describe('The reason why the order was rejected or canceled.'),
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

const pageOf = <T extends z.ZodType>(name: string, row: T) =>
  z.strictObject({ [name]: z.array(row), nextCursor: z.string().nullable().describe('null on the last page.') })

export const ordersPageSchema = pageOf('orders', orderSummarySchema).meta({ id: 'OrdersPage' })

const replayed = z.literal(true).optional().describe('The order was sent before; this is its present state.')

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

const trade = z
  .strictObject({ tradeId: z.string(), price, quantity, takerSide: z.enum(SIDES), timestamp, sequence })
  .meta({ id: 'Trade' })

export const tradesPageSchema = pageOf('trades', trade).meta({ id: 'TradesPage', description: 'Newest first.' })

export const healthSchema = z
  .looseObject({
    status: z.enum(['ok', 'degraded', 'failing']),
    causes: z
      .array(z.strictObject({ cause: z.string(), since: timestamp, detail: z.string() }))
      .optional()
      .describe('Present if degraded: what is wrong, since when.'),
  })
  .meta({ id: 'Health' })
