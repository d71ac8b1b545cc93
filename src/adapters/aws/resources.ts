/**
 * The streams, tables and functions of the AWS runtime as plain data: names, keys, what expires. The
 * adapters use its attribute names, the local emulators are filled from it, and a test compares Terraform with
 * it, so that they stay equal. No table has a secondary index: each would cost one more write for each order,
 * and a throttled index throttles its table.
 */

export interface StreamDefinition {
  readonly name: string
  readonly shards: number
  /** The environment variable that has the name. */
  readonly variable: string
}

export interface KeyDefinition {
  readonly name: string
  readonly type: 'S' | 'N'
}

export interface TableDefinition {
  readonly name: string
  readonly variable: string
  readonly partitionKey: KeyDefinition
  readonly sortKey?: KeyDefinition
  /** Seconds since 1970 at which a row may expire. Absent: rows do not expire. */
  readonly expiryAttribute?: string
}

export const STREAMS = {
  /** Commands: newline-delimited JSON, one symbol a record, the symbol being the partition key. */
  orders: { name: 'KDS_Orders', shards: 1, variable: 'ORDERS_STREAM' },
  /** Trades: the same, at least one record for each batch of a symbol that traded (trade-lines.ts). */
  trades: { name: 'KDS_Trades', shards: 1, variable: 'TRADES_STREAM' },
  /** Every event of a symbol, for the lake and market data: batches of the feed, requests to join (event-records.ts). */
  events: { name: 'KDS_Events', shards: 1, variable: 'EVENTS_STREAM' },
} as const satisfies Record<string, StreamDefinition>

export const TABLES = {
  /** `account/orderId`. */
  orders: {
    name: 'Orders',
    variable: 'ORDERS_TABLE',
    partitionKey: { name: 'orderKey', type: 'S' },
    expiryAttribute: 'expiresAtSeconds',
  },
  /** The orders of one request, by `account#n` and `time#random`: they list an account's orders, newest first. */
  orderLists: {
    name: 'OrderLists',
    variable: 'ORDER_LISTS_TABLE',
    partitionKey: { name: 'accountShard', type: 'S' },
    sortKey: { name: 'listKey', type: 'S' },
    expiryAttribute: 'expiresAtSeconds',
  },
  /** `SYMBOL#n` and the trade's number, n being the number modulo {@link SHARDS_PER_KEY}. */
  trades: {
    name: 'Trades',
    variable: 'TRADES_TABLE',
    partitionKey: { name: 'symbolShard', type: 'S' },
    sortKey: { name: 'tradeNumber', type: 'N' },
  },
  /** The high-water mark of each symbol. */
  positions: { name: 'Positions', variable: 'POSITIONS_TABLE', partitionKey: { name: 'symbol', type: 'S' } },
  /** The instruments, the number of their changes, and the instruments of a new exchange. */
  instruments: {
    name: 'Instruments',
    variable: 'INSTRUMENTS_TABLE',
    partitionKey: { name: 'listName', type: 'S' },
    sortKey: { name: 'symbol', type: 'S' },
  },
  /** The connections of the socket: by `connection#ID` what is known of one, by `symbol#SYMBOL` who follows it. */
  connections: {
    name: 'Connections',
    variable: 'CONNECTIONS_TABLE',
    partitionKey: { name: 'topic', type: 'S' },
    sortKey: { name: 'connectionId', type: 'S' },
    expiryAttribute: 'expiresAtSeconds',
  },
  /** `SYMBOL#1m`, and the start of the candle. */
  candles: {
    name: 'Candles',
    variable: 'CANDLES_TABLE',
    partitionKey: { name: 'symbolInterval', type: 'S' },
    sortKey: { name: 'startMs', type: 'N' },
  },
  /** The numbers of the trades of an account, by `SECOND#SYMBOL`. */
  fills: {
    name: 'Fills',
    variable: 'FILLS_TABLE',
    partitionKey: { name: 'account', type: 'S' },
    sortKey: { name: 'secondSymbol', type: 'S' },
  },
} as const satisfies Record<string, TableDefinition>

export const FUNCTIONS = {
  ingest: { name: 'ExchangeIngest', bundle: 'ingest' },
  matcher: { name: 'ExchangeMatcher', bundle: 'matcher' },
  query: { name: 'ExchangeQuery', bundle: 'query' },
  /** The three routes of the socket. */
  connect: { name: 'ExchangeConnect', bundle: 'connect' },
  message: { name: 'ExchangeMessage', bundle: 'message' },
  disconnect: { name: 'ExchangeDisconnect', bundle: 'disconnect' },
  /** Reads KDS_Events, stores candles and fills, and pushes to the followers. */
  notifier: { name: 'ExchangeNotifier', bundle: 'notifier' },
  /** Firehose's transformation: rows of the lake. */
  lake: { name: 'ExchangeLake', bundle: 'lake' },
} as const

/**
 * Partitions over which the rows of one account or symbol are spread. DynamoDB accepts 1,000 writes a
 * second for one partition. 16 partitions accept more than a shard of the stream.
 */
export const SHARDS_PER_KEY = 16

/**
 * Days that a closed order is kept. It must be at least a day longer than the retention of the order stream,
 * because a second delivery of an order is recognized by its row.
 */
export const ENDED_ORDER_DAYS = 35

/** How long a request stays listed. An order still open after that is found by its id only. */
export const LISTED_DAYS = 400

export const SECONDS_PER_DAY = 86_400
