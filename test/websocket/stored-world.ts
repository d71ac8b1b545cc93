/** Stored connections over an exchange in memory: each frame is handled as by a function that keeps nothing. */

import { DEMO_CALLER } from '../../src/entry/caller.ts'
import type { Follower } from '../../src/ports/connections.ts'
import { invariant } from '../../src/protocol/assert.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { SOCKET_FRAME_BYTES_MAX } from '../../src/protocol/limits.ts'
import { isOpen } from '../../src/protocol/records.ts'
import { endConnection } from '../../src/websocket/stored/end-connection.ts'
import { handleFrame } from '../../src/websocket/stored/handle-frame.ts'
import type { StoredSocketPorts } from '../../src/websocket/stored/stored-ports.ts'
import { MemoryConnections } from '../contracts/memory-connections.ts'
import { InMemoryExchange } from '../entry/in-memory-exchange.ts'
import { KEYS, type Message, order } from './socket-client.ts'

export type StoredWorld = ReturnType<typeof storedWorldOf>

/** An exchange with keys; with `demo` without. */
export function storedWorldOf({ demo = false }: { demo?: boolean } = {}) {
  const exchange = new InMemoryExchange()
  const connections = new MemoryConnections()
  const failures: unknown[] = []
  const joins: Follower[] = []
  const clients = new Map<string, StoredClient>()
  const ports: StoredSocketPorts = {
    ...exchange.ports(),
    connections,
    posts: {
      post: async (id, text) => {
        invariant(Buffer.byteLength(text) <= SOCKET_FRAME_BYTES_MAX, 'a message that does not fit a frame')
        return clients.get(id)?.take(text) ?? 'gone'
      },
      isOpen: async (id) => clients.get(id)?.isOpen ?? false,
      close: async (id) => clients.get(id)?.close(),
    },
    joins: { admit: async () => 0, ask: async (followers) => void joins.push(...followers), wake: fails },
    callerOf: async (key) => KEYS.callerOf(key),
    openAmong: async (account, ids) => {
      const orders = ids.map((id) => exchange.orders.get(`${account}/${id}`))
      return new Map(orders.flatMap((order) => (order && isOpen(order.status) ? [[order.orderId, order.symbol]] : [])))
    },
    refresh: async () => {},
    failed: (failure) => failures.push(failure),
    ...(demo && { demoCaller: DEMO_CALLER }),
  }
  let ids = 0
  const connect = async (): Promise<StoredClient> => {
    const client = new StoredClient(`connection-${++ids}=`, ports)
    clients.set(client.connectionId, client)
    await connections.begin({ connectionId: client.connectionId, sourceIp: '192.0.2.1', connectedAtMs: Date.now() })
    return client
  }
  return { exchange, connections, ports, failures, joins, connect }
}

export class StoredClient {
  readonly connectionId: string
  readonly received: Message[] = []
  isOpen = true
  private readonly ports: StoredSocketPorts
  private ids = 0

  constructor(connectionId: string, ports: StoredSocketPorts) {
    this.connectionId = connectionId
    this.ports = ports
  }

  take(text: string): 'sent' | 'gone' {
    if (!this.isOpen) return 'gone'
    this.received.push(JSON.parse(text))
    return 'sent'
  }

  close(): void {
    this.isOpen = false
  }

  send(frame: string): Promise<void> {
    return handleFrame(this.ports, this.connectionId, frame)
  }

  /** Sends a request, and resolves with its answer when everything that it caused is done. */
  async ask(op: string, fields: object = {}): Promise<Message> {
    const id = ++this.ids
    await this.send(JSON.stringify({ id, op, ...fields }))
    return this.received.find((message) => message.id === id)
  }

  authenticate(account: string, more: object = {}): Promise<Message> {
    return this.ask('authenticate', { key: `key-${account}`, ...more })
  }

  /** The connection breaks, and $disconnect is delivered. */
  async disconnect(): Promise<void> {
    this.isOpen = false
    await endConnection(this.ports, this.connectionId)
  }

  /** The data messages of a channel. */
  data(channel: string): Message[] {
    return this.received.filter((message) => message.channel === channel)
  }
}

/** The open orders of all connections. */
export const openIds = ({ exchange }: StoredWorld): string[] =>
  [...exchange.orders.values()].filter(({ status }) => isOpen(status)).map(({ orderId }) => orderId)

export const unavailable = new OperationalFailure('unavailable', 'the table is throttled', { retryable: true })
export const fails = async (): Promise<never> => {
  throw unavailable
}

/** A world with one connection, of the account alice. */
export async function opened(cancelOnDisconnect = true) {
  const world = storedWorldOf()
  const client = await world.connect()
  await client.authenticate('alice', { cancelOnDisconnect })
  return { world, client, place: (orderId: string) => client.ask('place', { order: order({ orderId }) }) }
}

/** Places an order of the same account over another connection. */
export async function placeElsewhere(world: StoredWorld, orderId: string): Promise<void> {
  const other = await world.connect()
  await other.authenticate('alice')
  await other.ask('place', { order: order({ orderId }) })
}
