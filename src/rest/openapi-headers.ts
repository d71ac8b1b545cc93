/** The headers and path parameters of the OpenAPI document. */

import { ORDER_ID_PATTERN, SYMBOL_PATTERN, WAIT_SECONDS_MAX } from '../protocol/limits.ts'

const text = { type: 'string' }

export const PATH_PARAMETERS: Readonly<Record<string, object>> = {
  orderId: {
    description: 'The id of the order, chosen by the client or by the exchange.',
    schema: { ...text, pattern: ORDER_ID_PATTERN.source },
  },
  symbol: {
    description: 'The symbol of an instrument.',
    schema: { ...text, pattern: SYMBOL_PATTERN.source },
    example: 'BTCUSD',
  },
  file: { description: 'A file name.', schema: text },
}

export const HEADER_PARAMETERS = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description:
      'The answer and the events of the request repeat it. An invalid value is ignored, and an id is generated.',
    schema: { ...text, pattern: '^[A-Za-z0-9._-]{1,64}$' },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    required: false,
    description: `wait=N: wait up to N seconds for the outcome (at most ${WAIT_SECONDS_MAX}), and return it.`,
    schema: text,
    example: 'wait=2',
  },
}

const header = (description: string, example: string) => ({ description, schema: text, example })

export const ANSWER_HEADERS = {
  'X-Request-Id': header('The id of the request, for questions to the operator.', 'client-7'),
  Location: header('The path of the order, the instrument or the page.', '/orders/test-001'),
  'Idempotent-Replayed': header('true: the order was sent before; this is its present state.', 'true'),
  'Preference-Applied': header('The preference that was applied.', 'wait=2'),
  'RateLimit-Policy': header('Orders, cancels or reads (q) in a window of seconds (w).', '"orders";q=1000;w=1'),
  RateLimit: header(
    'Orders, cancels or reads left (r), and seconds until the limit is full again (t).',
    '"orders";r=999;t=1',
  ),
  'Retry-After': header('Seconds to wait before the next attempt.', '1'),
  ETag: header('The version of the page. Send it as If-None-Match.', '"J8mM0fEZx8K0cw2lBW5q3A"'),
  'WWW-Authenticate': header('How to authenticate.', 'Bearer'),
}

export type AnswerHeader = keyof typeof ANSWER_HEADERS
