/** The problem object, as a schema. Tests check real problems with it. */

import * as z from 'zod'
import { PROBLEM_CODES, PROBLEM_STATUSES } from './problems.ts'

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
