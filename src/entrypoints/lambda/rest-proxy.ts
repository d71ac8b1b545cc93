/**
 * Translates API Gateway's proxy events into requests of the REST dialect, and its answers back. It determines
 * the caller: the account is the one that API Gateway has authenticated, never one from a header. A request
 * without an id gets API Gateway's id. Every record that the request causes has this id.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { type Caller, DEMO_CALLER } from '../../entry/caller.ts'
import { ACCOUNT_PATTERN, KEY_NAME_PATTERN } from '../../protocol/limits.ts'

export const AUTH_MODES = ['none', 'api_key', 'cognito', 'authorizer'] as const
export type AuthMode = (typeof AUTH_MODES)[number]

const OPERATORS = 'operators'
const callers = new AsyncLocalStorage<Caller | undefined>()

/** For the dialect: the caller of the present request. */
export const presentCaller = (): Caller | undefined => callers.getStore()

/** Throws RangeError for an unknown mode, so that a misspelling does not turn authentication off. */
export function authModeOf(word: string): AuthMode {
  const mode = AUTH_MODES.find((each) => each === word)
  if (mode === undefined) throw new RangeError(`AUTH_MODE is one of ${AUTH_MODES.join(', ')}, not ${word}`)
  return mode
}

/** Returns the answer of the HTTP app to an event. */
export async function answer(
  event: APIGatewayProxyEvent,
  mode: AuthMode,
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<APIGatewayProxyResult> {
  const response = await callers.run(callerOf(event, mode), async () => fetch(requestOf(event)))
  const headers = Object.fromEntries(response.headers)
  if (headers.location !== undefined) headers.location = locationAt(event, headers.location)
  const bytes = Buffer.from(await response.arrayBuffer())
  const isText = /^(text\/|application\/(json|problem\+json|javascript))/.test(headers['content-type'] ?? 'text/plain')
  return {
    statusCode: response.status,
    headers,
    body: bytes.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  }
}

/**
 * API Gateway removes the stage from the path of the event, and a client needs it: `/orders/a` becomes
 * `/v1/orders/a`. A custom domain has no stage in its path. A relative location stays relative to the path.
 */
function locationAt({ path, requestContext }: APIGatewayProxyEvent, location: string): string {
  const whole = requestContext.path ?? path
  const stage = whole.endsWith(path) ? whole.slice(0, -path.length) : `/${requestContext.stage}`
  const { pathname, search } = new URL(location, `https://exchange${path}`)
  return `${stage}${pathname}${search}`
}

/** undefined: an unknown caller. */
export function callerOf({ requestContext }: APIGatewayProxyEvent, mode: AuthMode): Caller | undefined {
  switch (mode) {
    case 'none':
      return DEMO_CALLER
    case 'api_key':
      return knownCaller(requestContext.identity?.apiKeyId, false)
    case 'cognito':
      return cognitoCaller(requestContext.authorizer?.claims as Record<string, unknown> | undefined)
    case 'authorizer': {
      const { account, operator, keyName } = requestContext.authorizer ?? {}
      return knownCaller(account, operator === true || operator === 'true', keyName)
    }
  }
}

/** The caller of a verified token. */
export function cognitoCaller(claims: Readonly<Record<string, unknown>> | undefined): Caller | undefined {
  // Depending on the kind of token, the groups are an array or text.
  const groups = String(claims?.['cognito:groups'] ?? '').split(/[\s,[\]]+/)
  return knownCaller(claims?.sub, groups.includes(OPERATORS), claims?.['cognito:username'])
}

/** undefined: no account, or none that the exchange can name. The name of a key without a name is that of its account. */
export function knownCaller(account: unknown, operator: boolean, name?: unknown): Caller | undefined {
  if (typeof account !== 'string' || !ACCOUNT_PATTERN.test(account)) return undefined
  const keyName = typeof name === 'string' && KEY_NAME_PATTERN.test(name) ? name : account
  return { account, operator, keyName }
}

function requestOf(event: APIGatewayProxyEvent): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(event.headers ?? {})) if (value !== undefined) headers.set(name, value)
  if (!headers.has('x-request-id') && event.requestContext.requestId !== undefined) {
    headers.set('x-request-id', event.requestContext.requestId)
  }
  const query = new URLSearchParams()
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value)
  }
  const search = query.size === 0 ? '' : `?${query}`
  const body = event.body === null ? undefined : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')
  // API Gateway does not pass each header of the transport on.
  if (body !== undefined && body.length > 0) headers.set('content-length', String(body.length))
  return new Request(`https://exchange${event.path}${search}`, {
    method: event.httpMethod,
    headers,
    ...(body !== undefined && event.httpMethod !== 'GET' && event.httpMethod !== 'HEAD' && { body }),
  })
}
