/** What the suites of live market data need of a running exchange, on either runtime. */

import { WebSocket } from 'ws'
import type { ClientOptions } from '../../src/client/client-options.ts'
import { ExchangeClient } from '../../src/client/exchange-client.ts'
import type { SocketClass } from '../../src/client/socket.ts'
import { type Api, apiOf } from '../e2e/api.ts'
import type { Random } from '../e2e/random.ts'

/** Accounts; the key of each is {@link keyOf}. */
export const ACCOUNTS = ['maker', 'alice', 'bob', 'carol', 'dave'] as const
export const keyOf = (account: string): string => `key-of-${account}`

export interface LiveExchange {
  /** Of the REST interface. The socket is at /ws of it. */
  readonly url: string
  /** Kills a part of it, or all of it. It is back when this resolves, or comes back by itself. */
  interrupt(random: Random): Promise<void>
  stop(): Promise<void>
}

/** Far more than either runtime needs. */
export const LONG = { timeout: 30_000 }
/** A client may repair several times. */
export const REPAIRED = { timeout: 60_000 }

/** The REST interface for an account. */
export function apiFor(exchange: LiveExchange, account: string): Api {
  const api = apiOf(exchange.url)
  const key = { 'X-API-Key': keyOf(account) }
  return {
    ...api,
    send: (method, path, body, headers = {}) => api.send(method, path, body, { ...key, ...headers }),
    get: (path) => api.send('GET', path, undefined, key),
    post: (path, body, headers = {}) => api.send('POST', path, body, { ...key, ...headers }),
  }
}

/** Without an account, the client is anonymous. */
export function clientOf(exchange: LiveExchange, account?: string, options: Partial<ClientOptions> = {}) {
  return new ExchangeClient({
    url: `${exchange.url.replace('http', 'ws')}/ws`,
    WebSocket: WebSocket as unknown as SocketClass,
    ...(account !== undefined && { key: keyOf(account) }),
    ...options,
  })
}

/** `BTCUSD-17` is 17. */
export const tradeNumber = ({ tradeId }: { readonly tradeId: string }): number => Number(/-(\d+)$/.exec(tradeId)?.[1])
