/**
 * A small second dialect in Binance's style, which checks that the layers are separate. It has form fields in
 * query or body, HMAC-SHA256 signatures, and its own words and errors. It uses order entry and transport
 * unchanged, and imports nothing of the REST dialect.
 */

import { admit, type Limited } from '../../src/entry/account-limits.ts'
import type { ApiKeys } from '../../src/entry/api-keys.ts'
import type { Caller } from '../../src/entry/caller.ts'
import { cancelOrder } from '../../src/entry/change-orders.ts'
import type { EntryPorts } from '../../src/entry/entry-ports.ts'
import { placeOrder } from '../../src/entry/place-orders.ts'
import { type Answer, answerResponse } from '../../src/http/answer-response.ts'
import type { Dialect, RoutePattern } from '../../src/http/dialect.ts'
import { parseForm } from '../../src/http/form.ts'
import type { HttpCall } from '../../src/http/http-call.ts'
import { TRANSPORT_STATUSES } from '../../src/http/transport-codes.ts'
import { ORDER_BODY_BYTES_MAX } from '../../src/protocol/limits.ts'
import { Rejection } from '../../src/protocol/rejection.ts'

/** The other venue's numbers for the codes of this exchange, and the statuses that are not 400. */
const CODES: Readonly<Record<string, readonly [code: number, status?: number]>> = {
  unauthorized: [-1022, 401],
  rate_limited: [-1003, 429],
  missing_field: [-1102],
  unknown_symbol: [-1121],
  invalid_value: [-1115],
  wrong_type: [-1100],
  order_not_found: [-2011],
  order_not_open: [-2011],
}
const OTHER = -1013

interface SignedRoute extends RoutePattern {
  readonly limit: Limited
  handle(ports: EntryPorts, caller: Caller, fields: ReadonlyMap<string, string>): Promise<Answer | Rejection>
}

const ROUTES: readonly SignedRoute[] = [
  { method: 'POST', path: '/order', limit: 'orders', handle: newOrder },
  { method: 'DELETE', path: '/order', limit: 'cancels', handle: cancel },
]

export function signedDialect(ports: EntryPorts, keys: ApiKeys): Dialect<SignedRoute, Caller, Answer> {
  return {
    prefix: '/api/v3',
    routes: ROUTES,
    notFoundDetail: 'No such endpoint.',
    authenticate: (call) => signer(call, keys),
    async answer(call, route, caller) {
      const fields = parseForm(await signedText(call))
      if (fields instanceof Rejection) return fields
      return admit(ports, caller, route.limit) ?? route.handle(ports, caller, fields)
    },
    render(result, { requestId }) {
      if (!(result instanceof Rejection)) return answerResponse(result, requestId, {})
      const [code, status] = CODES[result.code] ?? [OTHER]
      const transport = (TRANSPORT_STATUSES as Readonly<Record<string, number>>)[result.code]
      const body = { code, msg: result.detail }
      return answerResponse({ status: status ?? transport ?? 400, body }, requestId, {})
    },
  }
}

/** The signature is the last field. It covers the unchanged query and body without that field. */
async function signer(call: HttpCall, keys: ApiKeys): Promise<Caller | Rejection> {
  const body = await call.bytes(ORDER_BODY_BYTES_MAX)
  if (body instanceof Rejection) return body
  const signed = /^(.*?)&?signature=([0-9a-f]{64})$/.exec(call.queryText + new TextDecoder().decode(body))
  const caller =
    signed === null
      ? undefined
      : keys.signerOf(call.headers.get('x-mbx-apikey') ?? undefined, [signed[1]], Buffer.from(signed[2], 'hex'))
  return caller ?? new Rejection('unauthorized', 'Signature for this request is not valid.')
}

/** Query and body as one form. A field that is in both is rejected as repeated. */
async function signedText(call: HttpCall): Promise<string> {
  const body = (await call.bytes(ORDER_BODY_BYTES_MAX)) as Uint8Array
  return [call.queryText, new TextDecoder().decode(body)].filter((part) => part !== '').join('&')
}

async function newOrder(ports: EntryPorts, caller: Caller, fields: ReadonlyMap<string, string>) {
  const placed = await placeOrder(
    ports,
    caller,
    {
      orderId: fields.get('newClientOrderId'),
      symbol: fields.get('symbol'),
      side: fields.get('side'),
      type: fields.get('type'),
      timeInForce: fields.get('timeInForce'),
      quantity: fields.get('quantity'),
      price: fields.get('price'),
      // The dialect does not convert the text of a form to another type; order entry rejects it.
      postOnly: fields.get('postOnly') as boolean | undefined,
    },
    { waitMs: 1_000 },
  )
  if (placed instanceof Rejection) return placed
  const { orderId: clientOrderId, symbol, receivedAtMs: transactTime, order } = placed
  return { status: 200, body: { symbol, clientOrderId, transactTime, status: order?.status ?? 'PENDING_NEW' } }
}

async function cancel(ports: EntryPorts, caller: Caller, fields: ReadonlyMap<string, string>) {
  const orderId = fields.get('origClientOrderId')
  if (orderId === undefined) return new Rejection('missing_field', 'origClientOrderId is required.')
  const canceled = await cancelOrder(ports, caller, orderId, { waitMs: 1_000 })
  if (canceled instanceof Rejection) return canceled
  const { symbol, order } = canceled
  return { status: 200, body: { symbol, origClientOrderId: orderId, status: order?.status ?? 'PENDING_CANCEL' } }
}
