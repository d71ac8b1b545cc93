/** Connections in memory, for tests of what uses them. A change is done when its function is called. */

import type {
  Connection,
  ConnectionHolder,
  ConnectionLimits,
  ConnectionOrder,
  Connections,
  Follower,
  NewConnection,
} from '../../src/ports/connections.ts'
import { type Topic, topicKey, topicOf } from '../../src/ports/market-feed.ts'

const KEPT_MS = 3 * 3_600_000

interface Row {
  readonly begun: NewConnection
  holder: ConnectionHolder | undefined
  cancelOnDisconnect: boolean
  wrongKeys: number
  readonly topics: Set<string>
  readonly orders: Map<string, ConnectionOrder>
  ending: boolean
}

export class MemoryConnections implements Connections {
  private readonly rowsById = new Map<string, Row>()
  private readonly limits: ConnectionLimits
  private readonly nowMs: () => number

  constructor(limits: ConnectionLimits = { perAddress: 1_000, perAccount: 1_000 }, nowMs: () => number = Date.now) {
    this.limits = limits
    this.nowMs = nowMs
  }

  async begin(begun: NewConnection): Promise<'begun' | 'too_many'> {
    const same = this.rows().filter((row) => row.begun.sourceIp === begun.sourceIp)
    if (same.length >= this.limits.perAddress) return 'too_many'
    this.rowsById.set(begun.connectionId, {
      begun,
      holder: undefined,
      cancelOnDisconnect: false,
      wrongKeys: 0,
      topics: new Set(),
      orders: new Map(),
      ending: false,
    })
    return 'begun'
  }

  async read(connectionId: string): Promise<Connection | undefined> {
    const row = this.row(connectionId)
    return row === undefined ? undefined : connectionOf(row)
  }

  async wrongKey(connectionId: string): Promise<number> {
    const row = this.openRow(connectionId)
    return row === undefined ? 0 : ++row.wrongKeys
  }

  async bind(connectionId: string, holder: ConnectionHolder, cancelOnDisconnect: boolean) {
    const row = this.openRow(connectionId)
    if (row === undefined) return 'gone'
    if (row.holder !== undefined) return 'already_bound'
    const bound = this.rows().filter((other) => other.holder?.account === holder.account)
    if (bound.length >= this.limits.perAccount) return 'too_many'
    Object.assign(row, { holder, cancelOnDisconnect })
    return 'bound'
  }

  async follow(connectionId: string, topics: readonly Topic[], max: number) {
    const row = this.openRow(connectionId)
    if (row === undefined) return 'gone'
    const after = new Set([...row.topics, ...topics.map(topicKey)])
    if (after.size > max) return 'too_many'
    for (const key of after) row.topics.add(key)
    return 'followed'
  }

  async unfollow(connectionId: string, topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) this.row(connectionId)?.topics.delete(topicKey(topic))
  }

  async followersOfSymbol(symbol: string): Promise<Follower[]> {
    return this.rows().flatMap((row) =>
      topicsOf(row)
        .filter((topic) => topic.channel !== 'orders' && topic.symbol === symbol)
        .map((topic) => ({ connectionId: row.begun.connectionId, topic })),
    )
  }

  async followersOfAccount(account: string): Promise<string[]> {
    const key = topicKey({ channel: 'orders', account })
    return this.rows()
      .filter(({ topics }) => topics.has(key))
      .map(({ begun }) => begun.connectionId)
  }

  async remember(connectionId: string, orders: readonly ConnectionOrder[]) {
    const row = this.openRow(connectionId)
    if (row === undefined) return 'gone'
    for (const order of orders) row.orders.set(order.orderId, order)
    return 'remembered'
  }

  async rememberedOrders(connectionId: string): Promise<ConnectionOrder[]> {
    return [...(this.row(connectionId)?.orders.values() ?? [])]
  }

  async canceling(): Promise<string[]> {
    return this.rows()
      .filter(({ cancelOnDisconnect }) => cancelOnDisconnect)
      .map(({ begun }) => begun.connectionId)
  }

  async beginEnd(connectionId: string): Promise<Connection | undefined> {
    const row = this.row(connectionId)
    if (row === undefined) return undefined
    row.ending = true
    return connectionOf(row)
  }

  async end(connectionId: string): Promise<void> {
    this.rowsById.delete(connectionId)
  }

  private rows(): Row[] {
    return [...this.rowsById.values()].filter(({ begun }) => begun.connectedAtMs + KEPT_MS >= this.nowMs())
  }

  private row(connectionId: string): Row | undefined {
    return this.rows().find(({ begun }) => begun.connectionId === connectionId)
  }

  private openRow(connectionId: string): Row | undefined {
    const row = this.row(connectionId)
    return row?.ending === true ? undefined : row
  }
}

const topicsOf = ({ topics }: Row): Topic[] => [...topics].map((key) => topicOf(key) as Topic)

function connectionOf(row: Row): Connection {
  const { begun, holder, cancelOnDisconnect, wrongKeys, ending } = row
  return { ...begun, holder, cancelOnDisconnect, wrongKeys, topics: topicsOf(row), ending }
}
