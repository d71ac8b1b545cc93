/**
 * The other side of a client in tests: a socket class whose sockets the test drives. Each test decides what the
 * exchange answers, and when a connection is lost.
 */

import type { ClientOptions } from '../../src/client/client-options.ts'
import { ExchangeClient } from '../../src/client/exchange-client.ts'
import type { Socket } from '../../src/client/socket.ts'
import { eventually } from '../e2e/running-exchange.ts'

export type Frame = Readonly<Record<string, unknown>>

export class StubSocket implements Socket {
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  onerror: Socket['onerror'] = null
  /** The requests that the client has sent. */
  readonly requests: Frame[] = []
  closed = false

  send(text: string): void {
    this.requests.push(JSON.parse(text))
  }

  close(): void {
    this.closed = true
  }

  /** Sends a message to the client. */
  tell(message: Frame | string): void {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) })
  }

  /** Waits for the next request of an operation that is not answered yet. */
  async request(op: string): Promise<Frame> {
    return eventually(async () => {
      const place = this.requests.findIndex((request) => request.op === op)
      return place < 0 ? undefined : this.requests.splice(place, 1)[0]
    })
  }

  async answer(op: string, result: Frame = {}, status = 200): Promise<Frame> {
    const request = await this.request(op)
    this.tell({ type: 'result', id: request.id, op, status, result })
    return request
  }

  async refuse(op: string, error: Frame, retryAfterMs?: number): Promise<void> {
    const { id } = await this.request(op)
    this.tell({ type: 'error', id, op, error, ...(retryAfterMs !== undefined && { retryAfterMs }) })
  }

  lose(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason })
  }
}

/** A client and the sockets that it opens. */
export function stubbed(options: Partial<ClientOptions> = {}) {
  const sockets: StubSocket[] = []
  const opened: StubSocket[] = []
  class WebSocket extends StubSocket {
    constructor(_url: string) {
      super()
      sockets.push(this)
    }
  }
  const client = new ExchangeClient({ url: 'ws://exchange/ws', WebSocket, ...options })
  /** Waits for the next socket, and opens it. */
  const open = async (): Promise<StubSocket> => {
    const socket = await eventually(async () => sockets.shift())
    socket.onopen?.()
    opened.push(socket)
    return socket
  }
  return { client, open, sockets }
}
