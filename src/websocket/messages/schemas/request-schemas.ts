/**
 * The requests of the socket, as zod schemas. They validate the shape of a request and make its part of the AsyncAPI
 * document. Order entry checks orders as it does for every dialect.
 */

import * as z from 'zod'
import { amendOrderBody, batchBody } from '../../../api/order-requests.ts'
import { BOOK_DEPTHS } from '../../../ports/market-feed.ts'
import { INTERVALS } from '../../../protocol/candle-interval.ts'
import {
  REQUEST_ID_PATTERN,
  SOCKET_REQUEST_NUMBER_MAX,
  SOCKET_SUBSCRIPTIONS_MAX,
  WAIT_SECONDS_MAX,
} from '../../../protocol/limits.ts'
import { CHANNELS, type Channel, type Operation } from '../operations.ts'

export const requestId = z
  .union([z.int().min(0).max(SOCKET_REQUEST_NUMBER_MAX), z.string().regex(REQUEST_ID_PATTERN)])
  .describe('Chosen by the client, and repeated by the answer. Text is also the request id of the events.')

const wait = z
  .int()
  .min(0)
  .max(WAIT_SECONDS_MAX)
  .optional()
  .describe('Seconds to wait for the outcome; 0 if absent: the answer comes when the command is durable.')

const symbols = z
  .array(z.string())
  .min(1)
  .max(SOCKET_SUBSCRIPTIONS_MAX)
  .describe('Symbols of instruments, from GET /instruments.')

export const depth = z.literal(BOOK_DEPTHS).describe('Price levels of each side.')
export const interval = z.enum(INTERVALS)

/** What identifies the subscriptions of a request, for each channel. */
const SUBSCRIPTION_SHAPES = {
  book: {
    channel: z.literal('book'),
    symbols,
    depth: depth.optional().describe('Levels of each side; 100 if absent.'),
  },
  trades: { channel: z.literal('trades'), symbols },
  ticker: { channel: z.literal('ticker'), symbols },
  candles: { channel: z.literal('candles'), symbols, interval },
  orders: { channel: z.literal('orders') },
} as const satisfies Record<Channel, z.ZodRawShape>

const request = <O extends Operation, S extends z.ZodRawShape>(op: O, shape: S) =>
  z.strictObject({ id: requestId, op: z.literal(op), ...shape })

const named = <T extends z.ZodType>(schema: T, id: string, example: Readonly<Record<string, unknown>>): T =>
  schema.meta({ id, examples: [example] })

const orderId = z.string().describe('The id of an own order.')

/** The requests of every operation but those of subscriptions. */
export const REQUEST_SCHEMAS = {
  authenticate: named(
    request('authenticate', {
      key: z.string().optional().describe('The API key. May be absent if the exchange has no keys.'),
      cancelOnDisconnect: z
        .boolean()
        .optional()
        .describe('Whether the open orders of this connection are canceled when it ends; false if absent.'),
    }),
    'AuthenticateRequest',
    { id: 1, op: 'authenticate', key: 'KEY', cancelOnDisconnect: true },
  ),
  subscriptions: named(request('subscriptions', {}), 'SubscriptionsRequest', { id: 3, op: 'subscriptions' }),
  ping: named(request('ping', {}), 'PingRequest', { id: 4, op: 'ping' }),
  place: named(
    request('place', {
      order: z.custom((value) => value !== undefined).meta({ $ref: '#/components/schemas/PlaceOrderRequest' }),
      wait,
    }),
    'PlaceRequest',
    {
      id: 5,
      op: 'place',
      order: { orderId: 'test-001', symbol: 'BTCUSD', side: 'BUY', quantity: '1.5', price: 50000 },
    },
  ),
  placeBatch: named(request('placeBatch', { ...batchBody.shape, wait }), 'PlaceBatchRequest', {
    id: 'batch-1',
    op: 'placeBatch',
    orders: [{ symbol: 'BTCUSD', side: 'BUY', quantity: '0.5', price: '49999.00' }],
    wait: 1,
  }),
  cancel: named(request('cancel', { orderId, wait }), 'CancelRequest', { id: 7, op: 'cancel', orderId: 'test-001' }),
  cancelAll: named(
    request('cancelAll', {
      symbol: z.string().optional().describe('Restricts the request to this instrument.'),
      wait,
    }),
    'CancelAllRequest',
    { id: 8, op: 'cancelAll' },
  ),
  amend: named(request('amend', { orderId, ...amendOrderBody.shape, wait }), 'AmendRequest', {
    id: 9,
    op: 'amend',
    orderId: 'test-001',
    quantity: '1',
  }),
} as const satisfies Partial<Record<Operation, z.ZodType>>

const subscriptionRequests = <O extends 'subscribe' | 'unsubscribe'>(op: O) => ({
  book: request(op, SUBSCRIPTION_SHAPES.book),
  trades: request(op, SUBSCRIPTION_SHAPES.trades),
  ticker: request(op, SUBSCRIPTION_SHAPES.ticker),
  candles: request(op, SUBSCRIPTION_SHAPES.candles),
  orders: request(op, SUBSCRIPTION_SHAPES.orders),
})

/** The requests of subscriptions, by channel: the channel decides which other fields there are. */
export const SUBSCRIPTION_REQUESTS = {
  subscribe: subscriptionRequests('subscribe'),
  unsubscribe: subscriptionRequests('unsubscribe'),
} as const

/** Reads the channel of a request, before its other fields. */
export const channelField = z.looseObject({ channel: z.enum(CHANNELS) })

/** For the document: one schema for all channels. */
export const SUBSCRIPTION_SCHEMAS = {
  subscribe: named(z.union(Object.values(SUBSCRIPTION_REQUESTS.subscribe)), 'SubscribeRequest', {
    id: 2,
    op: 'subscribe',
    channel: 'book',
    symbols: ['BTCUSD'],
    depth: 10,
  }),
  unsubscribe: named(z.union(Object.values(SUBSCRIPTION_REQUESTS.unsubscribe)), 'UnsubscribeRequest', {
    id: 2,
    op: 'unsubscribe',
    channel: 'candles',
    symbols: ['BTCUSD'],
    interval: '1m',
  }),
} as const
