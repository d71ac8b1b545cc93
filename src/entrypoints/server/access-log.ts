/**
 * The access log: a line for each answered request, in the log of the exchange. It is off unless an operator turns it
 * on, because it costs more than an order. The query is left out: it may name what only the account should see.
 */

import type { NodeFetch } from '../../http/address-limit.ts'

export interface AnsweredRequest {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly ms: number
  readonly requestId: string | null
  readonly account?: string
  readonly address?: string
}

export class AccessLog {
  private readonly write: (answered: AnsweredRequest) => void
  private readonly accounts = new WeakMap<Headers, string>()

  constructor(write: (answered: AnsweredRequest) => void) {
    this.write = write
  }

  /** The request with these headers is of an account. */
  noteAccount(headers: Headers, account: string): void {
    this.accounts.set(headers, account)
  }

  wrap(fetch: NodeFetch): NodeFetch {
    return async (request, node) => {
      const startedMs = performance.now()
      const response = await fetch(request, node)
      const account = this.accounts.get(request.headers)
      const address = node.incoming.socket.remoteAddress
      this.write({
        method: request.method,
        path: new URL(request.url).pathname,
        status: response.status,
        ms: Math.round((performance.now() - startedMs) * 1_000) / 1_000,
        requestId: response.headers.get('X-Request-Id'),
        ...(account !== undefined && { account }),
        ...(address !== undefined && { address }),
      })
      return response
    }
  }
}
