/** The headers and path parameters of the OpenAPI document. */

import { ORDER_ID_PATTERN, SYMBOL_PATTERN, WAIT_SECONDS_MAX } from '../protocol/limits.ts'

const text = { type: 'string' }

export const PATH_PARAMETERS: Readonly<Record<string, object>> = {
  orderId: {
    description: 'The caller’s or the exchange’s name of it.',
    schema: { ...text, pattern: ORDER_ID_PATTERN.source },
  },
  symbol: { description: 'An instrument.', schema: { ...text, pattern: SYMBOL_PATTERN.source }, example: 'BTCUSD' },
  file: { description: 'A file name.', schema: text },
}

export const HEADER_PARAMETERS = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description: 'Echoed, and carried to the records of its commands. Any other value is ignored and one is made.',
    schema: { ...text, pattern: '^[A-Za-z0-9._-]{1,64}$' },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    required: false,
    description: `wait=N: answer with the outcome, if it comes within N seconds (at most ${WAIT_SECONDS_MAX}).`,
    schema: text,
    example: 'wait=2',
  },
}

const header = (description: string, example: string) => ({ description, schema: text, example })

export const ANSWER_HEADERS = {
  'X-Request-Id': header('The id of the request, to quote it.', 'client-7'),
  Location: header('Where to look next.', '/orders/test-001'),
  'Idempotent-Replayed': header('true: the order was sent before, this is its first result again.', 'true'),
  'Preference-Applied': header('The preference that was honored.', 'wait=2'),
  'RateLimit-Policy': header('Orders (q) in a window of seconds (w).', '"orders";q=1000;w=1'),
  RateLimit: header('Orders left (r), and seconds until all are back (t).', '"orders";r=999;t=1'),
  'Retry-After': header('Seconds after which to try again.', '1'),
  'WWW-Authenticate': header('How to authenticate.', 'Bearer'),
}

export type AnswerHeader = keyof typeof ANSWER_HEADERS
