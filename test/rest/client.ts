/** Sends requests to the REST dialect of an in-memory exchange, as a client does. */

import { DEMO_CALLER } from '../../src/entry/caller.ts'
import { createHttpApp, type HttpObserver } from '../../src/http/http-app.ts'
import { restDialect } from '../../src/rest/rest-dialect.ts'
import type { RestPorts } from '../../src/rest/rest-ports.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'

/** The first order of the guide (docs/start.md). */
export const GUIDE_ORDER = { orderId: 'test-001', symbol: 'BTCUSD', side: 'BUY', quantity: 1.5, price: 50000.0 }

type Payload = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
type Sent = Readonly<Record<string, string>>

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
export type Body = any

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

export type Client = ReturnType<typeof clientOf>

export function clientOf(exchange = new InMemoryExchange(), overrides: Partial<RestPorts & HttpObserver> = {}) {
  const ports: RestPorts = {
    ...exchange.ports(),
    authenticate: () => DEMO_CALLER,
    health: async () => ({ status: 'ok' }),
    ...overrides,
  }
  const app = createHttpApp([restDialect(ports)], overrides)
  async function send(method: string, path: string, options: { body?: Payload; headers?: Sent } = {}): Promise<Reply> {
    const response = await app.request(path, {
      method,
      ...(options.body !== undefined && { body: options.body, duplex: 'half' as const }),
      headers: {
        ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
  }
  return {
    exchange,
    app,
    send,
    get: (path: string, headers: Sent = {}) => send('GET', path, { headers }),
    post: (path: string, body: unknown, headers: Sent = {}) =>
      send('POST', path, { body: typeof body === 'string' ? body : JSON.stringify(body), headers }),
    patch: (path: string, body: unknown, headers: Sent = {}) =>
      send('PATCH', path, { body: JSON.stringify(body), headers }),
    delete: (path: string, headers: Sent = {}) => send('DELETE', path, { headers }),
  }
}

/** Waits for the outcome. */
export const WAIT = { Prefer: 'wait=1' }
