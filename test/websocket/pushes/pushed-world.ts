/** Followers of a pushed exchange, behind a stream that is delivered in every way that Lambda may deliver one. */

import type { LatePush } from '../../../src/ports/late-pushes.ts'
import type { Topic } from '../../../src/ports/market-feed.ts'
import { topicKey } from '../../../src/ports/market-feed.ts'
import type { BookState } from '../../../src/protocol/book-state.ts'
import type { Command } from '../../../src/protocol/command/commands.ts'
import { OperationalFailure } from '../../../src/protocol/failure.ts'
import { lots, ticks } from '../../../src/protocol/units.ts'
import { MarketPushes } from '../../../src/websocket/pushes/market-pushes.ts'
import type { PushMetric } from '../../../src/websocket/pushes/push-ports.ts'
import { wakeLatePushes } from '../../../src/websocket/pushes/wake-late-pushes.ts'
import { MemoryConnections } from '../../contracts/memory-connections.ts'
import { MemoryLatePushes } from '../../contracts/memory-late-pushes.ts'
import { listedInstruments, placeOrder } from '../../contracts/sample-records.ts'
import { type Random, randomOf } from '../../e2e/random.ts'
import { FollowedState, PushFollower } from './push-follower.ts'
import { ACCOUNTS, PushedExchange, SYMBOLS } from './pushed-exchange.ts'

export interface Faults {
  /** Processes that have a turn at random. */
  readonly processes: number
  /** Deliveries that are repeated although everything was posted, in parts. */
  readonly repeated: boolean
  /** Deliveries that nobody takes. */
  readonly lost: boolean
  /** Posts and reads that fail for a moment, and connections that fail for some rounds. */
  readonly failing: boolean
}

export interface Client {
  readonly id: string
  readonly follower: PushFollower
  /** Followed since its beginning: the first entry that it must have, by symbol. */
  readonly account: string | undefined
  readonly entriesBefore: number
  /** Rounds in which every post to it fails. */
  failing: number
  /** It has missed a round. */
  missed: boolean
  isOpen: boolean
}

const SHARD = 'shardId-0'
const TOPICS: readonly Topic[] = SYMBOLS.flatMap((symbol): Topic[] => [
  { channel: 'book', symbol, depth: 10 },
  { channel: 'book', symbol, depth: 100 },
  { channel: 'trades', symbol },
  { channel: 'ticker', symbol },
  { channel: 'candles', symbol, interval: '1s' },
  { channel: 'candles', symbol, interval: '1m' },
  { channel: 'candles', symbol, interval: '1h' },
])

export class PushedWorld {
  readonly exchange = new PushedExchange()
  readonly connections = new MemoryConnections(undefined, () => this.exchange.nowMs)
  readonly late = new MemoryLatePushes()
  readonly clients: Client[] = []
  readonly metrics = new Map<PushMetric, number>()
  readonly troubles: unknown[] = []
  readonly random: Random
  faults: Faults
  private readonly processes: MarketPushes[]
  private readonly views = new Map<string, BookState>()
  private turn: number | undefined
  private delivered = 0
  private orders = 0

  constructor(seed: number, faults: Faults) {
    this.random = randomOf(seed)
    this.faults = faults
    this.processes = Array.from({ length: faults.processes }, (_, place) => this.process(place))
  }

  /** Something happens. */
  async step(): Promise<void> {
    const { random, exchange } = this
    exchange.nowMs += random.chance(0.05) ? 90_000 : random.below(3_000)
    if (random.chance(0.7)) this.trade(random.pick(SYMBOLS), 1 + random.below(8))
    if (random.chance(0.2)) await this.connect()
    if (random.chance(0.2)) await this.followSomething()
    if (random.chance(0.03)) this.disconnect()
    if (random.chance(0.1)) exchange.publish(random.pick(SYMBOLS))
    if (this.faults.failing && random.chance(0.2)) this.fail()
    if (random.chance(0.6)) await this.deliver(1 + random.below(6))
  }

  /**
   * Nothing fails any more, and nothing happens any more. Everything is delivered, and what is late is woken once, as it
   * is each minute.
   */
  async rest(): Promise<void> {
    this.faults = { processes: 1, repeated: false, lost: false, failing: false }
    for (const client of this.clients) client.failing = 0
    for (const symbol of SYMBOLS) this.exchange.publish(symbol)
    await this.deliverAll()
    await this.wakeAndDeliver()
  }

  /** Like `rest`, but every account has one more event in each symbol. */
  async settle(): Promise<void> {
    await this.rest()
    for (const symbol of SYMBOLS) this.trade(symbol, 20)
    for (const symbol of SYMBOLS)
      this.exchange.apply(
        symbol,
        ACCOUNTS.map((account) => this.place(account, { symbol, price: ticks(1) })),
      )
    for (const symbol of SYMBOLS) this.exchange.publish(symbol)
    await this.deliverAll()
    for (let round = 0; round < 3; round++) await this.deliver(1)
  }

  /** As each minute. */
  async wakeAndDeliver(): Promise<void> {
    const wake = async (late: readonly LatePush[]) => {
      for (const each of late) this.exchange.wake(each)
    }
    await wakeLatePushes({ late: this.late, joins: { admit: async () => 0, wake }, pause: async () => {} })
    await this.deliverAll()
  }

  /** The process ends, and another one begins. */
  restart(): void {
    this.turn = undefined
    this.processes[0] = this.process(0)
  }

  async deliverAll(): Promise<void> {
    while (this.delivered < this.exchange.stream.length) await this.deliver(4)
  }

  /** A client that follows topics from now on, and the orders of an account. */
  async connect(
    topics: readonly Topic[] = [],
    account: string | undefined = this.random.pick([...ACCOUNTS, undefined]),
  ) {
    const id = `connection-${this.clients.length}`
    const follower = new PushFollower((topic) => this.join(id, topic))
    const entriesBefore = account === undefined ? 0 : (this.exchange.entries.get(account)?.length ?? 0)
    const client: Client = { id, follower, account, entriesBefore, failing: 0, missed: false, isOpen: true }
    this.clients.push(client)
    await this.connections.begin({ connectionId: id, sourceIp: id, connectedAtMs: this.exchange.nowMs })
    if (account !== undefined) {
      await this.connections.follow(id, [{ channel: 'orders', account }], 100)
      const orders = this.exchange
        .openOrders(account)
        .map(({ lastEvent, ...order }) => ({ ...order, sequence: lastEvent }))
      follower.takeOrders({ type: 'snapshot', channel: 'orders', orders } as never)
    }
    for (const topic of topics) await this.follow(client, topic)
    return client
  }

  async follow(client: Client, topic: Topic): Promise<void> {
    await this.connections.follow(client.id, [topic], 100)
    client.follower.topics.set(topicKey(topic), new FollowedState())
    this.join(client.id, topic)
  }

  trade(symbol: string, count: number): void {
    const { random, exchange } = this
    const commands = Array.from({ length: count }, () => this.command(symbol))
    const partBytes = random.chance(0.3) ? 300 : 900_000
    exchange.apply(symbol, commands, { partBytes, repeats: this.faults.repeated && random.chance(0.1) })
  }

  /** Delivers some records, in one of the ways that are possible. */
  async deliver(count: number): Promise<void> {
    const { random, faults } = this
    const records = this.exchange.stream.slice(this.delivered, this.delivered + count)
    const isLost = faults.lost && random.chance(0.08)
    if (!isLost) {
      if (faults.repeated && random.chance(0.15)) {
        await this.round(records)
        const middle = records.length >> 1
        await this.round(records.slice(0, middle))
        await this.round(records.slice(middle))
      } else await this.round(records)
    }
    this.delivered += records.length
  }

  private async round(records: PushedExchange['stream']): Promise<void> {
    const place = this.random.below(this.faults.processes)
    for (let tries = 1; tries <= 5; tries++) {
      try {
        await this.processes[place].push(SHARD, records, this.exchange.nowMs + 30_000)
        break
      } catch (cause) {
        if (!(cause instanceof OperationalFailure)) throw cause
      }
    }
    for (const client of this.clients) client.failing = Math.max(0, client.failing - 1)
  }

  private join(id: string, topic: Topic): void {
    if (topic.channel !== 'orders') this.exchange.join(id, topic)
  }

  private async followSomething(): Promise<void> {
    const client = this.random.pick(this.clients.length > 0 ? this.clients : [await this.connect()])
    const topic = this.random.pick(TOPICS)
    if (!client.isOpen) return
    if (this.random.chance(0.2)) {
      client.follower.topics.delete(topicKey(topic))
      await this.connections.unfollow(client.id, [topic])
    } else if (!client.follower.topics.has(topicKey(topic))) await this.follow(client, topic)
    else this.join(client.id, topic)
  }

  private disconnect(): void {
    const open = this.clients.filter(({ isOpen }) => isOpen)
    if (open.length > 3) this.random.pick(open).isOpen = false
  }

  private fail(): void {
    if (this.clients.length > 0) this.random.pick(this.clients).failing = 1 + this.random.below(3)
  }

  private command(symbol: string): Command {
    const { random } = this
    const account = random.pick(ACCOUNTS)
    const orderId = `${account}-${Math.max(1, this.orders - random.below(20))}`
    if (random.chance(0.15)) return { kind: 'CancelOrder', symbol, account, orderId }
    const price = ticks(500 + random.below(30))
    const quantity = lots(1 + random.below(9))
    if (random.chance(0.1)) return { kind: 'AmendOrder', symbol, account, orderId, price, quantity }
    const side = random.pick(['BUY', 'SELL'] as const)
    return this.place(account, {
      symbol,
      side,
      price,
      quantity,
      timeInForce: random.pick(['GTC', 'GTC', 'GTC', 'IOC']),
    })
  }

  private place(account: string, more: Partial<Command & { kind: 'PlaceOrder' }>): Command {
    return placeOrder(`${account}-${++this.orders}`, { account, ...more })
  }

  private process(place: number): MarketPushes {
    const { exchange, connections } = this
    const fails = () => {
      if (this.faults.failing && this.random.chance(0.03)) {
        throw new OperationalFailure('unavailable', 'a fault of the test', { retryable: true })
      }
    }
    const ports = {
      ...exchange.ports,
      connections: {
        followersOfSymbol: async (symbol: string) => {
          fails()
          return connections.followersOfSymbol(symbol)
        },
        followersOfAccount: async (account: string) => {
          fails()
          return connections.followersOfAccount(account)
        },
      },
      turns: {
        take: async () => {
          fails()
          const before = this.turn
          this.turn = place
          return before === place
        },
      },
      late: {
        note: async (late: readonly LatePush[]) => {
          fails()
          return this.late.note(late)
        },
        remove: async (late: readonly LatePush[]) => {
          fails()
          return this.late.remove(late)
        },
      },
      views: {
        read: async (symbols: readonly string[]) => {
          fails()
          return new Map(symbols.flatMap((symbol) => this.viewsOf(symbol)))
        },
      },
      posts: { post: (id: string, text: string) => this.post(id, text) },
      gone: (id: string) => connections.end(id),
      random: () => this.random.below(1_000) / 1_000,
      metrics: {
        add: (metric: PushMetric, value: number) => this.metrics.set(metric, (this.metrics.get(metric) ?? 0) + value),
      },
      trouble: (what: string, cause: unknown) => {
        if (!(cause instanceof OperationalFailure)) this.troubles.push(what, cause)
      },
    }
    return new MarketPushes(ports, listedInstruments())
  }

  /** A view may be lost for a while, or set back. */
  private viewsOf(symbol: string): [string, BookState][] {
    const view = this.exchange.view(symbol)
    if (!this.faults.failing || this.random.chance(0.7)) {
      this.views.set(symbol, view)
      return [[symbol, view]]
    }
    const old = this.views.get(symbol)
    return old === undefined || this.random.chance(0.5) ? [] : [[symbol, old]]
  }

  private async post(id: string, text: string): Promise<'sent' | 'gone'> {
    const client = this.clients.find((one) => one.id === id)
    if (client === undefined || !client.isOpen) return 'gone'
    if (client.failing > 0) client.missed = true
    const isFailing = client.failing > 0 || (this.faults.failing && this.random.chance(0.1))
    // A post that fails may have arrived.
    if (!isFailing || this.random.chance(client.failing > 0 ? 0.02 : 0.3)) client.follower.take(text)
    if (isFailing) throw new OperationalFailure('overloaded', 'a fault of the test', { retryable: true })
    return 'sent'
  }
}
