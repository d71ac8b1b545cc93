/**
 * Replaces API Gateway. A request becomes a proxy event. GET goes to the query function, all other methods to
 * the ingest function. If a function fails, the answer is 502, as on AWS. The files of the trading screen, which
 * CloudFront serves on AWS, are under the same address here.
 */

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { APIGatewayProxyResult } from 'aws-lambda'
import { hasPath } from '../../http/allowed-methods.ts'
import type { Site } from '../../http/site.ts'
import type { RestPorts } from '../../rest/rest-ports.ts'
import { ROUTES } from '../../rest/route-table.ts'
import type { LocalKeys } from './socket-keys.ts'

/** The limit of API Gateway. */
const BODY_BYTES_MAX = 10 * 1024 * 1024

export type Invoke = (event: object) => Promise<unknown>

export interface FrontOptions {
  /**
   * A request that needs an account is refused without one of these keys, as by a usage plan of API Gateway. Absent: none
   * needs a key.
   */
  readonly keys?: LocalKeys | undefined
  readonly site?: Site | undefined
}

export function createFront(ingest: Invoke, query: Invoke, { keys, site }: FrontOptions = {}): Server {
  return createServer(async (request, response) => {
    const reads = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS'
    try {
      if (site !== undefined && (await answeredBy(site, request, response))) return
      const body = await bodyOf(request)
      const account = keys?.get(String(request.headers['x-api-key']))
      if (keys !== undefined && account === undefined && needsAccount(request))
        return refuse(response, 403, 'Forbidden')
      const event = proxyEvent(request, body, account)
      const result = (await (reads ? query : ingest)(event)) as APIGatewayProxyResult
      response.writeHead(result.statusCode, result.headers as Record<string, string>)
      response.end(Buffer.from(result.body, result.isBase64Encoded === true ? 'base64' : 'utf8'))
    } catch (cause) {
      if (cause instanceof RangeError) refuse(response, 413, 'Request Too Long')
      else refuse(response, 502, 'Internal server error')
    }
  })
}

/** The methods of API Gateway that need a key, as in infra/api_gateway.tf. Any other path needs none. */
const KEYED = ROUTES.filter(({ access, offered }) => access !== 'public' && (offered?.({} as RestPorts) ?? true))

function needsAccount({ method, url = '/' }: IncomingMessage): boolean {
  const { pathname } = new URL(url, 'http://local')
  return KEYED.some((route) => route.method === method && hasPath(route, pathname))
}

/** Whether the site has a file for the request. */
async function answeredBy(site: Site, { method, url = '/', headers }: IncomingMessage, response: ServerResponse) {
  const { pathname, href } = new URL(url, 'http://local')
  const file = method === 'GET' || method === 'HEAD' ? site.get(pathname) : undefined
  if (file === undefined) return false
  const known = new Headers()
  for (const name of ['accept-encoding', 'if-none-match']) {
    const value = headers[name]
    if (typeof value === 'string') known.set(name, value)
  }
  const answer = file.answer(new Request(href, { method: method as string, headers: known }))
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(Buffer.from(await answer.arrayBuffer()))
  return true
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' })
  response.end(JSON.stringify({ message }))
}

/** `account`: that of the key, if there are keys. */
function proxyEvent(request: IncomingMessage, body: string, account: string | undefined) {
  const url = new URL(request.url ?? '/', 'http://local')
  const headers: Record<string, string> = {}
  const multiValueHeaders: Record<string, string[]> = {}
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]
    headers[name] = request.rawHeaders[i + 1]
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), request.rawHeaders[i + 1]]
  }
  const queries: Record<string, string[]> = {}
  for (const name of url.searchParams.keys()) queries[name] = url.searchParams.getAll(name)
  return {
    resource: '/{proxy+}',
    path: url.pathname,
    httpMethod: request.method ?? 'GET',
    headers,
    multiValueHeaders,
    queryStringParameters: Object.fromEntries(url.searchParams),
    multiValueQueryStringParameters: queries,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      requestId: randomUUID(),
      stage: 'local',
      identity: { sourceIp: '127.0.0.1', ...(account !== undefined && { apiKeyId: account }) },
      authorizer: null,
    },
    body: body === '' ? null : body,
    isBase64Encoded: false,
  }
}

/** Throws RangeError if the body is too long. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes > BODY_BYTES_MAX) throw new RangeError('the body is too long')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
