/** `GET /time`: the time of the exchange, so that a client can compare its clock. */

import { formatTimestamp } from '../../entry/timestamps.ts'
import { timeSchema } from '../answer-schemas.ts'
import type { Route } from '../route.ts'

export const timeRoute: Route = {
  method: 'GET',
  path: '/time',
  name: 'getTime',
  summary: 'Read the time of the exchange',
  access: 'public',
  answers: { 200: { description: 'The time.', schema: timeSchema } },
  problems: [],
  handle({ ports }) {
    const timestampMs = ports.nowMs()
    return { status: 200, body: { timestamp: formatTimestamp(timestampMs), timestampMs } }
  },
}
