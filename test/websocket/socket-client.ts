/** A client of a socket session over a connection in memory. It can read slowly, or not at all. */

import { ApiKeys, sha256Hex } from '../../src/entry/api-keys.ts'
import { DEMO_CALLER } from '../../src/entry/caller.ts'
import type { SharedMessage, SocketConnection } from '../../src/http/socket/socket-ports.ts'
import type { MarketFeed } from '../../src/ports/market-feed.ts'
import type { SocketPorts } from '../../src/websocket/session/session-ports.ts'
import { SocketSession } from '../../src/websocket/session/socket-session.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { PublishedMarketFeed } from './published-market-feed.ts'

// biome-ignore lint/suspicious/noExplicitAny: messages are looked into field by field
export type Message = any

/** Keys of two accounts: the key of alice is `key-alice`. */
export const KEYS = new ApiKeys(
  ['alice', 'bob'].map((account) => ({ account, keySha256: sha256Hex(`key-${account}`) })),
)

export interface World {
  readonly exchange: InMemoryExchange
  readonly ports: SocketPorts
  readonly failures: unknown[]
  connect(options?: ConnectOptions): SocketClient
}

export interface ConnectOptions {
  readonly messagesPerSecond?: number
  /** Accounts that have their maximum of connections. */
  readonly full?: readonly string[]
}

/** An exchange with keys; with `demo` without. */
export function worldOf({ demo = false, feed }: { demo?: boolean; feed?: MarketFeed } = {}): World {
  const exchange = new InMemoryExchange()
  const failures: unknown[] = []
  const ports: SocketPorts = {
    ...exchange.ports(),
    marketFeed: feed ?? new PublishedMarketFeed(exchange),
    holderOf: (key) => KEYS.holderOf(key),
    failed: (failure) => failures.push(failure),
    ...(demo && { demoCaller: DEMO_CALLER }),
  }
  return {
    exchange,
    ports,
    failures,
    connect: (options = {}) => new SocketClient(ports, options),
  }
}

export class SocketClient implements SocketConnection {
  readonly session: SocketSession
  /** What was sent to the client, in order. */
  readonly received: Message[] = []
  closed: readonly [code: number, reason: string] | undefined
  /** Bytes that the client has not read. While `reads` is true, it reads at once. */
  waitingBytes = 0
  reads = true
  private drained: (() => void)[] = []
  private ids = 0
  private readonly asking = new Map<unknown, (answer: Message) => void>()

  constructor(ports: SocketPorts, { messagesPerSecond, full = [] }: ConnectOptions) {
    this.session = new SocketSession(ports, this, {
      claim: (account) => !full.includes(account),
      ...(messagesPerSecond !== undefined && { messagesPerSecond }),
    })
  }

  send(sent: string | SharedMessage): void {
    if (this.closed !== undefined) return
    const text = typeof sent === 'string' ? sent : sent.text
    if (!this.reads) this.waitingBytes += text.length
    const message: Message = JSON.parse(text)
    this.received.push(message)
    const { id } = message
    if (!isAnswerTo(id, message)) return
    this.asking.get(id)?.(message)
    this.asking.delete(id)
  }

  onDrained(call: () => void): void {
    this.drained.push(call)
    if (this.waitingBytes === 0) queueMicrotask(() => this.drain())
  }

  close(code: number, reason: string): void {
    this.closed ??= [code, reason]
  }

  /** The client has read everything. */
  drain(): void {
    this.waitingBytes = 0
    const calls = this.drained
    this.drained = []
    for (const call of calls) call()
  }

  /** Sends a request, and resolves with its answer. */
  async ask(op: string, fields: object = {}): Promise<Message> {
    const id = ++this.ids
    this.session.receive(JSON.stringify({ id, op, ...fields }))
    return this.answerTo(id)
  }

  /** Resolves with the answer with an id, also with one that has arrived. */
  answerTo(id: number | string | null): Promise<Message> {
    const answer = this.received.find((message) => isAnswerTo(id, message))
    return answer === undefined ? new Promise((resolve) => this.asking.set(id, resolve)) : Promise.resolve(answer)
  }

  authenticate(account: string, more: object = {}): Promise<Message> {
    return this.ask('authenticate', { key: `key-${account}`, ...more })
  }

  /** The data messages of a channel. */
  data(channel: string): Message[] {
    return this.received.filter((message) => message.channel === channel)
  }
}

const isAnswerTo = (id: unknown, message: Message): boolean => 'id' in message && message.id === id

/** Lets a tick of the market feed happen. */
export async function ticked(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
}

/** Lets everything that is due happen. */
export async function settled(): Promise<void> {
  await ticked()
  await new Promise((resolve) => setTimeout(resolve, 2))
  await ticked()
}

let orders = 0

/** Fields of an order that rests. */
export const order = (more: object = {}) => ({
  orderId: `order-${++orders}`,
  symbol: 'BTCUSD',
  side: 'BUY',
  quantity: '1',
  price: '100.00',
  ...more,
})
