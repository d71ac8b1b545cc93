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
import type { Amendment, ClientCounts, ClientOptions, Outcome } from './client-options.ts'
import { Connection, type ConnectionState, TIMES } from './connection.ts'
import { ClientClosed, ExchangeProblem } from './errors.ts'
import { BookFeed } from './feeds/book-feed.ts'
import { CandlesFeed } from './feeds/candles-feed.ts'
import type { FeedSource } from './feeds/feed.ts'
import { OrdersFeed } from './feeds/orders-feed.ts'
import { TickerFeed } from './feeds/ticker-feed.ts'
import { TradesFeed } from './feeds/trades-feed.ts'
import type { NewOrder, Order } from './messages.ts'
import { type OpenFeed, OpenFeeds, type Topic } from './open-feeds.ts'
import { withId } from './order-id.ts'
import { Requests, type Result } from './requests.ts'
import { platformSocket } from './socket.ts'

/** How long a request is sent again, in milliseconds. */
const ALWAYS = Number.POSITIVE_INFINITY
const NEVER = 0

export class ExchangeClient {
  private readonly options: ClientOptions
  private readonly connection: Connection
  private readonly requests: Requests
  private readonly feeds: OpenFeeds
  private ordersFeed: OrdersFeed | undefined
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
        lost: (reason, tooLong) => this.lost(reason, tooLong),
        quiet: () => void this.measure(),
        changed: (state) => this.tellState(state),
        unusable: (cause) => this.end(cause),
      },
      times,
    )
    this.requests = new Requests((text) => void this.connection.send(text))
    this.feeds = new OpenFeeds(this.requests, 2 * (times ?? TIMES).silenceMs)
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
    this.ordersFeed = this.follow({ channel: 'orders' }, (source) => new OrdersFeed(source))
    return this.ordersFeed
  }

  /**
   * Places an order. Rejects with {@link ExchangeProblem} if the exchange rejects it. If the connection is lost, it is
   * sent again with its order id, and the answer is that of the one order. After `resendOrdersMs` without a connection
   * it rejects with ConnectionLost: whether the order was placed is not known then.
   */
  place(order: NewOrder, outcome: Outcome = {}): Promise<Result> {
    return this.callForOrder('place', { order: withId(order), ...outcome }, this.resendMs)
  }

  /** Up to 500 orders. The result has an answer for each. */
  placeBatch(orders: readonly NewOrder[], outcome: Outcome = {}): Promise<Result> {
    return this.call('placeBatch', { orders: orders.map(withId), ...outcome }, this.resendMs)
  }

  /** Sent again after a lost connection. Then the answer may be that the order is closed, because it was canceled. */
  cancel(orderId: string, outcome: Outcome = {}): Promise<Result> {
    return this.callForOrder('cancel', { orderId, ...outcome }, ALWAYS)
  }

  /** Not sent again, because it could undo a later amendment. {@link orders} shows what became of it. */
  amend(orderId: string, amendment: Amendment, outcome: Outcome = {}): Promise<Result> {
    return this.callForOrder('amend', { orderId, ...amendment, ...outcome }, NEVER)
  }

  /**
   * Cancels the open orders of a symbol, or all. It is not sent again, because it would cancel orders that were placed
   * after it: if the connection is lost before the answer, it rejects with ConnectionLost.
   */
  cancelAll(symbol?: string, outcome: Outcome = {}): Promise<Result> {
    return this.call('cancelAll', { ...(symbol !== undefined && { symbol }), ...outcome }, NEVER)
  }

  /** The time of the exchange, RFC 3339. */
  async time(): Promise<string> {
    return (await this.call('ping', {}, ALWAYS)).result.timestamp as string
  }

  /** Ends the connection and all feeds. What waits for an answer rejects with ClientClosed. */
  close(): void {
    this.end(new ClientClosed())
  }

  private get resendMs(): number {
    return this.options.resendOrdersMs ?? ALWAYS
  }

  private call(op: string, fields: object, resendMs: number): Promise<Result> {
    return this.failure === undefined ? this.requests.call(op, fields, resendMs) : Promise.reject(this.failure)
  }

  /** The answer with an outcome is the order, which {@link orders} may not have yet. */
  private async callForOrder(op: string, fields: object, resendMs: number): Promise<Result> {
    const answer = await this.call(op, fields, resendMs)
    if (answer.status === 200) this.ordersFeed?.answered(answer.result as unknown as Order)
    return answer
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
    // On AWS, API Gateway says so that a request failed, but not which one. A new connection shows what became of all.
    else if (type === undefined && typeof message.message === 'string') this.connection.drop(message.message)
  }

  private lost(reason: string, tooLong: boolean): void {
    this.lostCount++
    this.feeds.lost()
    this.requests.lost(reason, tooLong)
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
