/**
 * A client of the exchange over one WebSocket, for Node and for browsers. It connects again after a lost connection,
 * subscribes again, and repairs a single feed that has a gap or a wrong checksum. Orders that were not answered are
 * sent again with the same order id, so each is placed once and its answer is known.
 *
 *   const exchange = new ExchangeClient({ url: 'ws://127.0.0.1:3000/ws', key })
 *   const book = await exchange.book('BTCUSD').ready()
 *   const { result } = await exchange.place({ symbol: 'BTCUSD', side: 'BUY', quantity: '1', price: '50000' })
 */

import type { Interval } from '../protocol/candle-interval.ts'
import { Connection, type ConnectionState, type ConnectionTimes } from './connection.ts'
import { ClientClosed, ExchangeProblem } from './errors.ts'
import { BookFeed } from './feeds/book-feed.ts'
import { CandlesFeed } from './feeds/candles-feed.ts'
import type { FeedSource } from './feeds/feed.ts'
import { OrdersFeed } from './feeds/orders-feed.ts'
import { TickerFeed } from './feeds/ticker-feed.ts'
import { TradesFeed } from './feeds/trades-feed.ts'
import type { NewOrder } from './messages.ts'
import { type OpenFeed, OpenFeeds, type Topic } from './open-feeds.ts'
import { Requests, type Result } from './requests.ts'
import { platformSocket, type SocketClass } from './socket.ts'

export interface ClientOptions {
  /** `ws://HOST:PORT/ws` or `wss://…`. */
  readonly url: string
  /** Needed for orders, unless the exchange has no keys. */
  readonly key?: string
  /** The exchange cancels the open orders of each connection when it ends. */
  readonly cancelOnDisconnect?: boolean
  /** The WebSocket class; if absent, that of the platform. */
  readonly WebSocket?: SocketClass
  readonly times?: ConnectionTimes
}

export interface Outcome {
  /** Seconds to wait for the outcome, up to 25. If absent, the answer comes when the command is durable. */
  readonly wait?: number
}

export interface Amendment {
  readonly price?: string | number
  readonly quantity?: string | number
}

export interface ClientCounts {
  /** Connections that were lost. */
  readonly lost: number
  /** Gaps in the messages of feeds, and books whose checksum differed. Each was repaired by a new snapshot. */
  readonly gaps: number
  readonly checksums: number
  /** Round trip of the last ping; undefined before the first. */
  readonly roundTripMs: number | undefined
}

export class ExchangeClient {
  private readonly options: ClientOptions
  private readonly connection: Connection
  private readonly requests: Requests
  private readonly feeds: OpenFeeds
  private readonly stateListeners = new Set<(state: ConnectionState) => void>()
  private lostCount = 0
  private roundTripMs: number | undefined
  private failure: Error | undefined

  /** Connects at once, and again after each lost connection, until {@link close}. */
  constructor(options: ClientOptions) {
    this.options = options
    const { url, WebSocket, times } = options
    const socketClass = WebSocket === undefined ? platformSocket : async () => WebSocket
    this.connection = new Connection(
      url,
      socketClass,
      {
        opened: () => void this.opened(),
        received: (message) => this.received(message),
        lost: (reason) => this.lost(reason),
        quiet: () => void this.measure(),
        changed: (state) => this.tellState(state),
        unusable: (cause) => this.end(cause),
      },
      times,
    )
    this.requests = new Requests((text) => void this.connection.send(text))
    this.feeds = new OpenFeeds(this.requests)
    void this.connection.open()
  }

  get state(): ConnectionState {
    return this.connection.state
  }

  /** Why there is no connection, or why the client has closed. */
  get lastFailure(): string | undefined {
    return this.failure?.message ?? this.connection.lastFailure
  }

  get counts(): ClientCounts {
    const { gaps, checksums } = this.feeds
    return { lost: this.lostCount, gaps, checksums, roundTripMs: this.roundTripMs }
  }

  /** Calls `listener` after each change of {@link state}. Returns the function that ends it. */
  onState(listener: (state: ConnectionState) => void): () => void {
    this.stateListeners.add(listener)
    return () => void this.stateListeners.delete(listener)
  }

  /** The best `depth` levels of each side. Calls with equal arguments return the same feed, also below. */
  book(symbol: string, depth: 10 | 100 | 1000 = 100): BookFeed {
    return this.follow({ channel: 'book', symbol, depth }, (source) => new BookFeed(symbol, depth, source))
  }

  trades(symbol: string): TradesFeed {
    return this.follow({ channel: 'trades', symbol }, (source) => new TradesFeed(symbol, source))
  }

  ticker(symbol: string): TickerFeed {
    return this.follow({ channel: 'ticker', symbol }, (source) => new TickerFeed(symbol, source))
  }

  candles(symbol: string, interval: Interval): CandlesFeed {
    return this.follow({ channel: 'candles', symbol, interval }, (source) => new CandlesFeed(symbol, interval, source))
  }

  /** The own orders. */
  orders(): OrdersFeed {
    return this.follow({ channel: 'orders' }, (source) => new OrdersFeed(source))
  }

  /**
   * Places an order. Rejects with {@link ExchangeProblem} if the exchange rejects it. If the connection is lost, it is
   * sent again with its order id, and the answer is that of the one order.
   */
  place(order: NewOrder, outcome: Outcome = {}): Promise<Result> {
    return this.call('place', { order: withId(order), ...outcome }, true)
  }

  /** Up to 500 orders. The result has an answer for each. */
  placeBatch(orders: readonly NewOrder[], outcome: Outcome = {}): Promise<Result> {
    return this.call('placeBatch', { orders: orders.map(withId), ...outcome }, true)
  }

  /** Sent again after a lost connection. Then the answer may be that the order is closed, because it was canceled. */
  cancel(orderId: string, outcome: Outcome = {}): Promise<Result> {
    return this.call('cancel', { orderId, ...outcome }, true)
  }

  /** Not sent again, because it could undo a later amendment. {@link orders} shows what became of it. */
  amend(orderId: string, amendment: Amendment, outcome: Outcome = {}): Promise<Result> {
    return this.call('amend', { orderId, ...amendment, ...outcome }, false)
  }

  /**
   * Cancels the open orders of a symbol, or all. It is not sent again, because it would cancel orders that were placed
   * after it: if the connection is lost before the answer, it rejects with ConnectionLost.
   */
  cancelAll(symbol?: string, outcome: Outcome = {}): Promise<Result> {
    return this.call('cancelAll', { ...(symbol !== undefined && { symbol }), ...outcome }, false)
  }

  /** The time of the exchange, RFC 3339. */
  async time(): Promise<string> {
    return (await this.call('ping', {}, true)).result.timestamp as string
  }

  /** Ends the connection and all feeds. What waits for an answer rejects with ClientClosed. */
  close(): void {
    this.end(new ClientClosed())
  }

  private call(op: string, fields: object, repeats: boolean): Promise<Result> {
    return this.failure === undefined ? this.requests.call(op, fields, repeats) : Promise.reject(this.failure)
  }

  private follow<F extends OpenFeed>(topic: Topic, make: (source: FeedSource) => F): F {
    const feed = this.feeds.follow(topic, make)
    if (this.failure !== undefined) feed.fail(this.failure)
    return feed
  }

  /** Sets the connection up: the account first, then the feeds, then what waits. */
  private async opened(): Promise<void> {
    const { key, cancelOnDisconnect } = this.options
    if (key !== undefined || cancelOnDisconnect === true) {
      const fields = { ...(key !== undefined && { key }), ...(cancelOnDisconnect === true && { cancelOnDisconnect }) }
      const authenticated = this.requests.callNow('authenticate', fields)
      if (!(await this.succeeds(authenticated))) return
    }
    this.feeds.subscribeAll()
    this.requests.start()
    void this.measure()
  }

  /** A wrong key stays wrong, so the client ends. Any other rejection may pass. */
  private async succeeds(authenticated: Promise<Result>): Promise<boolean> {
    try {
      await authenticated
      return true
    } catch (cause) {
      if (cause instanceof ExchangeProblem) {
        if (cause.status === 401) this.end(cause)
        else this.connection.drop(cause.message)
      }
      return false
    }
  }

  private received(message: Readonly<Record<string, unknown>>): void {
    const { type } = message
    if (type === 'result' || type === 'error') this.requests.answered(message)
    else if (type === 'snapshot' || type === 'update') this.feeds.received(message)
  }

  private lost(reason: string): void {
    this.lostCount++
    this.feeds.lost()
    this.requests.lost(reason)
  }

  private async measure(): Promise<void> {
    const startMs = performance.now()
    try {
      await this.requests.callNow('ping', {})
      this.roundTripMs = performance.now() - startMs
    } catch {
      // The connection has ended, which is noticed elsewhere.
    }
  }

  private tellState(state: ConnectionState): void {
    for (const listener of this.stateListeners) listener(state)
  }

  private end(cause: Error): void {
    if (this.failure !== undefined) return
    this.failure = cause
    this.connection.close()
    this.requests.fail(cause)
    this.feeds.fail(cause instanceof ClientClosed ? undefined : cause)
  }
}

/** With an order id, so that the order can be sent again. */
const withId = (order: NewOrder): NewOrder => (order.orderId === undefined ? { orderId: randomId(), ...order } : order)

/** Works also in a page that was not loaded over TLS, where crypto.randomUUID is absent. */
function randomId(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
