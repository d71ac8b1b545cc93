/**
 * The body of POST /orders as API Gateway's models want it: JSON Schema draft 4, made from the very
 * schema that the gateway validates with. What draft 4 has no word for is left to the gateway.
 */

import * as z from 'zod'
import { placeOrderBody } from '../../src/api/order-requests.ts'

/** exclusiveMinimum was a flag then; examples and names are for readers. */
const NOT_IN_DRAFT_4 = new Set(['exclusiveMinimum', 'examples', 'id', '$schema', '$id'])

function draft4(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(draft4)
  if (typeof node !== 'object' || node === null) return node
  const kept = Object.entries(node).filter(([key]) => !NOT_IN_DRAFT_4.has(key))
  return Object.fromEntries(kept.map(([key, value]) => [key, draft4(value)]))
}

export function placeOrderModel(): string {
  const { $defs } = z.toJSONSchema(placeOrderBody, { io: 'input', unrepresentable: 'any' })
  const schema = draft4($defs?.PlaceOrderRequest) as object
  const model = { $schema: 'http://json-schema.org/draft-04/schema#', title: 'PlaceOrderRequest', ...schema }
  return `${JSON.stringify(model, null, 2)}\n`
}
