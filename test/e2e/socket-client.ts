/** A WebSocket client of a running exchange: answers by request, and the messages of each subscription. */

import { WebSocket } from 'ws'
import { eventually } from './running-exchange.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read messages without declaring their type
export type Message = any

export class SocketClient {
  readonly ws: WebSocket
  /** Snapshots and updates, in order. */
  readonly data: Message[] = []
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  onData: (message: Message) => void = () => {}
  private nextId = 1
  private readonly waiting = new Map<number, { resolve: (answer: Message) => void; reject: (cause: Error) => void }>()

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('error', () => {})
    ws.on('message', (bytes: Buffer) => this.take(JSON.parse(bytes.toString())))
    this.closed = new Promise((resolve) =>
      ws.on('close', (code, reason) => {
        for (const { reject } of this.waiting.values()) reject(new Error(`closed with ${code}`))
        this.waiting.clear()
        resolve({ code, reason: reason.toString() })
      }),
    )
  }

  /** `url` is that of the exchange, with http. Rejects with the status and the code of a refusal. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<SocketClient> {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers, perMessageDeflate: false })
    const client = new SocketClient(ws)
    await new Promise<void>((resolve, reject) => {
      ws.on('open', resolve)
      ws.on('error', reject)
      ws.on('unexpected-response', (_, response) => {
        let body = ''
        response.on('data', (chunk) => (body += chunk))
        response.on('end', () => reject(new Error(`${response.statusCode} ${JSON.parse(body).code}`)))
      })
    })
    return client
  }

  /** Sends a request. Resolves with its answer, a result or an error; rejects if the connection ends before. */
  request(op: string, fields: object = {}): Promise<Message> {
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      if (this.ws.readyState !== WebSocket.OPEN) return reject(new Error('not open'))
      this.waiting.set(id, { resolve, reject })
      this.ws.send(JSON.stringify({ id, op, ...fields }))
    })
  }

  /** Subscribes, and waits for the snapshots. Fails if it is rejected. */
  async subscribe(
    channel: string,
    more: { readonly symbols?: readonly string[]; readonly depth?: number; readonly interval?: string } = {},
  ): Promise<void> {
    const before = this.snapshots(channel)
    const answer = await this.request('subscribe', { channel, ...more })
    if (answer.type !== 'result') throw new Error(JSON.stringify(answer))
    const expected = before + (more.symbols?.length ?? 1)
    await eventually(async () => this.snapshots(channel) >= expected || undefined)
  }

  private snapshots(channel: string): number {
    return this.of(channel).filter(({ type }) => type === 'snapshot').length
  }

  /** The messages of a channel. */
  of(channel: string): Message[] {
    return this.data.filter((message) => message.channel === channel)
  }

  close(): void {
    this.ws.close()
  }

  private take(message: Message): void {
    if (message.type === 'snapshot' || message.type === 'update') {
      this.data.push(message)
      this.onData(message)
      return
    }
    // API Gateway names no request when a function fails.
    if (message.type === undefined) {
      for (const { reject } of this.waiting.values()) reject(new Error(JSON.stringify(message)))
      this.waiting.clear()
      return
    }
    const waiting = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    waiting?.resolve(message)
  }
}

/** The trades that a connection has shown, in order; those of an update that its snapshot has already are left out. */
export function shownTrades(messages: readonly Message[]): number[] {
  const numbers: number[] = []
  let last = 0
  for (const { type, sequence, to, trades } of messages) {
    for (const trade of trades) {
      if (type === 'snapshot' || trade.sequence > last) numbers.push(Number(/-(\d+)$/.exec(trade.tradeId)?.[1]))
    }
    last = type === 'snapshot' ? sequence : to
  }
  return numbers
}

/** The events of own orders that a connection has been shown, in order. */
export function orderEvents(client: SocketClient): Message[] {
  return client
    .of('orders')
    .filter(({ type }) => type === 'update')
    .flatMap(({ updates }) => updates.map(({ event }: Message) => event))
}
