/** `GET /time`: the time of the exchange, so that a client can compare its clock. */

import { timeResource } from '../../api/market-resource.ts'
import { timeSchema } from '../../api/market-schemas.ts'
import type { Route } from '../route.ts'

export const timeRoute: Route = {
  method: 'GET',
  path: '/time',
  name: 'getTime',
  summary: 'Read the time of the exchange',
  access: 'public',
  answers: { 200: { description: 'The time.', schema: timeSchema } },
  problems: [],
  handle: ({ ports }) => ({ status: 200, body: timeResource(ports.nowMs()) }),
}
