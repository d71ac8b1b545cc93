/** What a program imports as `bidding-exchange/client`. */

export type { LevelText } from '../marketdata/book-level.ts'
export type { Interval } from '../protocol/candle-interval.ts'
export type { Amendment, ClientCounts, ClientOptions, Outcome } from './client-options.ts'
export type { ConnectionState, ConnectionTimes } from './connection.ts'
// biome-ignore lint/performance/noBarrelFile: this is the entry of a published subpath
export { ClientClosed, ConnectionLost, ExchangeProblem, MessageTooLong, TooMuchWaiting } from './errors.ts'
export { ExchangeClient } from './exchange-client.ts'
export type { BookFeed } from './feeds/book-feed.ts'
export type { CandlesFeed } from './feeds/candles-feed.ts'
export type { OrdersChange, OrdersFeed } from './feeds/orders-feed.ts'
export type { TickerFeed } from './feeds/ticker-feed.ts'
export type { TradesChange, TradesFeed } from './feeds/trades-feed.ts'
export type { Candle, NewOrder, Order, OrderEvent, OrderUpdate, Ticker, Trade } from './messages.ts'
export type { Result } from './requests.ts'
export type { Socket, SocketClass } from './socket.ts'
