/**
 * The streams, tables and functions of the AWS runtime as plain data: names, keys, what expires. The
 * adapters read their attribute names here, the local emulators are filled from it, and a test holds
 * Terraform against it, so that none of them can drift. No table has a secondary index: each would
 * cost a write more per order, and throttle its table when it is throttled.
 */

export interface StreamDefinition {
  readonly name: string
  readonly shards: number
  /** The environment variable that tells a function the name. */
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
  /** Seconds since 1970 at which a row may go; absent: rows stay. */
  readonly expiryAttribute?: string
}

export const STREAMS = {
  /** Commands: newline-delimited JSON, one symbol a record, the symbol being the partition key. */
  orders: { name: 'KDS_Orders', shards: 1, variable: 'ORDERS_STREAM' },
  /** Trades: the same, one record for each batch of a symbol. */
  trades: { name: 'KDS_Trades', shards: 1, variable: 'TRADES_STREAM' },
} as const satisfies Record<string, StreamDefinition>

export const TABLES = {
  /** `account/orderId`. */
  orders: {
    name: 'Orders',
    variable: 'ORDERS_TABLE',
    partitionKey: { name: 'orderKey', type: 'S' },
    expiryAttribute: 'expiresAtSeconds',
  },
  /** The orders of one request, by `account#n` and `time#random`: what lists an account's orders, newest first. */
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
  /** Up to where each symbol has been published. */
  positions: { name: 'Positions', variable: 'POSITIONS_TABLE', partitionKey: { name: 'symbol', type: 'S' } },
  /** What is traded, how often that has changed, and what a new exchange begins with. */
  instruments: {
    name: 'Instruments',
    variable: 'INSTRUMENTS_TABLE',
    partitionKey: { name: 'listName', type: 'S' },
    sortKey: { name: 'symbol', type: 'S' },
  },
} as const satisfies Record<string, TableDefinition>

export const FUNCTIONS = {
  ingest: { name: 'ExchangeIngest', bundle: 'ingest' },
  matcher: { name: 'ExchangeMatcher', bundle: 'matcher' },
  query: { name: 'ExchangeQuery', bundle: 'query' },
} as const

/**
 * Partitions over which the rows of one account or symbol are spread. DynamoDB takes 1,000 writes a
 * second of one partition: 16 of them take more than a shard of the stream does.
 */
export const SHARDS_PER_KEY = 16

/**
 * How long an ended order stays, in days. It must outlive the records of the order stream by a day:
 * a second delivery of an order is told by its record.
 */
export const ENDED_ORDER_DAYS = 35

/** How long a request stays listed. An order still open after that is found by its id only. */
export const LISTED_DAYS = 400

export const SECONDS_PER_DAY = 86_400
