/** A trade as answers and messages show it, as a schema. */

import * as z from 'zod'
import { SIDES } from '../protocol/order/order-words.ts'
import { sequence } from './answer-fields.ts'
import { priceText as price, quantityText as quantity, timestampText as timestamp } from './order-field-schemas.ts'

export const tradeSchema = z
  .strictObject({ tradeId: z.string(), price, quantity, takerSide: z.enum(SIDES), timestamp, sequence })
  .meta({ id: 'Trade' })
