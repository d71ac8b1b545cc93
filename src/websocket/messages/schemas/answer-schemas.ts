/** The answers to requests of the socket, as schemas for the AsyncAPI document. Tests check real answers with them. */

import * as z from 'zod'
import { timeSchema } from '../../../api/market-schemas.ts'
import {
  batchResultsSchema,
  cancelAllSchema,
  orderChangeSchema,
  orderSchema,
  pendingOrderSchema,
  replayed,
} from '../../../api/order-schemas.ts'
import { problemSchema } from '../../../api/problem-schema.ts'
import { CHANNELS, OPERATIONS, type Operation } from '../operations.ts'
import { depth, interval, requestId } from './request-schemas.ts'

const channel = z.enum(CHANNELS)
const subscribed = z.strictObject({
  channel,
  symbols: z.array(z.string()).optional().describe('Absent for orders.'),
  depth: depth.optional(),
  interval: interval.optional(),
})

/** By operation: each status, and the result that it has. */
const RESULTS: Readonly<Record<Operation, readonly (readonly [status: number, result: z.ZodType])[]>> = {
  authenticate: [[200, z.strictObject({ account: z.string(), cancelOnDisconnect: z.boolean() })]],
  subscribe: [[200, subscribed]],
  unsubscribe: [[200, subscribed]],
  subscriptions: [
    [
      200,
      z.strictObject({
        subscriptions: z.array(
          z.strictObject({
            channel,
            symbol: z.string().optional().describe('Absent for orders.'),
            depth: depth.optional(),
            interval: interval.optional(),
          }),
        ),
      }),
    ],
  ],
  ping: [[200, timeSchema]],
  place: [
    [202, pendingOrderSchema],
    [200, orderSchema],
  ],
  placeBatch: [[200, batchResultsSchema]],
  cancel: [
    [202, orderChangeSchema],
    [200, orderSchema],
  ],
  cancelAll: [
    [202, cancelAllSchema],
    [200, cancelAllSchema],
  ],
  amend: [
    [202, orderChangeSchema],
    [200, orderSchema],
  ],
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1)

const resultSchema = (op: Operation): z.ZodType =>
  z
    .union(
      RESULTS[op].map(([status, result]) =>
        z.strictObject({
          type: z.literal('result'),
          id: requestId,
          op: z.literal(op),
          status: z.literal(status),
          result,
          ...(op === 'place' && { replayed }),
        }),
      ),
    )
    .meta({ id: `${capital(op)}Result` })

export const RESULT_SCHEMAS = Object.fromEntries(OPERATIONS.map((op) => [op, resultSchema(op)])) as Readonly<
  Record<Operation, z.ZodType>
>

export const errorSchema = z
  .strictObject({
    type: z.literal('error'),
    id: requestId.nullable().describe('null if the frame is not an object, or its id is missing or not allowed.'),
    op: z.enum(OPERATIONS).nullable().describe('null if it is missing or unknown.'),
    error: problemSchema,
    retryAfterMs: z.int().optional().describe('The same request may succeed after this time.'),
  })
  .meta({ id: 'Error' })
