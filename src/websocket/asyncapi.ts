/**
 * Makes the AsyncAPI 3 document of the socket from the schemas that read requests and describe messages. It has one
 * channel, the path of the socket, and an operation for each operation of a request and each channel of data. AsyncAPI
 * takes the side of the exchange: it receives requests and sends data.
 */

import type * as z from 'zod'
import { placeOrderBody } from '../api/order-requests.ts'
import { schemaComponents, schemaRef } from '../api/schema-components.ts'
import { BATCH_ORDERS_MAX } from '../protocol/limits.ts'
import { CHANNELS, type Channel, OPERATIONS, type Operation } from './messages/operations.ts'
import { errorSchema, RESULT_SCHEMAS } from './messages/schemas/answer-schemas.ts'
import { DATA_SCHEMAS } from './messages/schemas/data-schemas.ts'
import { REQUEST_SCHEMAS, SUBSCRIPTION_SCHEMAS } from './messages/schemas/request-schemas.ts'
import { ONE_MACHINE, type SocketBounds } from './socket-bounds.ts'

type Json = Record<string, unknown>

const DESCRIPTION = `One JSON object in each text frame. Prices and quantities are exact decimal text. Times are RFC 3339.

Each request has an \`id\` and gets exactly one answer with it: a \`result\`, or an \`error\` with a problem of
[stable code](docs/problems). A subscription gets a \`snapshot\`, then an \`update\` for each change. \`from\` of an
update is \`to\` of the message before plus 1. A connection is anonymous until it sends \`authenticate\` with a key.`

const boundsText = ({ depths, batchOrders, subscriptions, frameBytes }: SocketBounds): string =>
  `This exchange accepts frames of ${frameBytes / 1024} KiB, batches of ${batchOrders} orders, ${subscriptions} ` +
  `subscriptions of a connection, and books of ${depths.join(', ')} levels.`

const OPERATION_SUMMARIES: Readonly<Record<Operation, string>> = {
  authenticate: 'Bind the connection to the account of a key',
  subscribe: 'Follow a channel; a snapshot follows the answer, then updates',
  unsubscribe: 'End subscriptions',
  subscriptions: 'List the subscriptions of the connection',
  ping: 'Read the time of the exchange',
  place: 'Place an order',
  placeBatch: 'Place several orders',
  cancel: 'Cancel an own order',
  cancelAll: 'Cancel all own orders, of one instrument or of all',
  amend: 'Amend the price or quantity of an own order',
}

const CHANNEL_SUMMARIES: Readonly<Record<Channel, string>> = {
  book: 'The best price levels of a book',
  trades: 'Every trade of a symbol',
  ticker: 'Last price, best prices, and the last 24 hours',
  candles: 'The candles of an interval',
  orders: 'The orders of the account, with every event of them',
}

/** The schemas of requests, by operation. */
const REQUESTS: Readonly<Record<Operation, z.ZodType>> = { ...REQUEST_SCHEMAS, ...SUBSCRIPTION_SCHEMAS }

const idOf = (schema: z.ZodType): string => schema.meta()?.id ?? ''
const channelMessage = (schema: z.ZodType): Json => ({ $ref: `#/channels/socket/messages/${idOf(schema)}` })
const SOCKET = { $ref: '#/channels/socket' }

/** Where the socket of an exchange is, and its bounds. */
export interface SocketPlace {
  readonly path: string
  readonly protocol: 'ws' | 'wss'
  /** How a reader of the document finds the host, and an example of it. */
  readonly description: string
  readonly exampleHost: string
  readonly bounds: SocketBounds
}

/** A socket on the host of the document. */
export const socketAt = (path: string): SocketPlace => ({
  path,
  protocol: 'ws',
  description: 'The host that serves this document; wss behind a proxy with TLS.',
  exampleHost: '127.0.0.1:3000',
  bounds: ONE_MACHINE,
})

export function asyncApiDocument({ path, protocol, description, exampleHost, bounds }: SocketPlace): Json {
  const data = CHANNELS.map((channel) => Object.values<z.ZodType>(DATA_SCHEMAS[channel]))
  const messages = [...Object.values(REQUESTS), ...Object.values(RESULT_SCHEMAS), errorSchema, ...data.flat()]
  const schemas = new Map([...messages, placeOrderBody].map((schema) => [idOf(schema), schema]))
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Bidding Exchange: WebSocket',
      version: '0.1.0',
      description: `${DESCRIPTION}\n\n${boundsText(bounds)}`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      exchange: {
        host: '{host}',
        protocol,
        description,
        variables: { host: { default: exampleHost } },
      },
    },
    channels: {
      socket: {
        address: path,
        messages: Object.fromEntries(
          messages.map((schema) => [idOf(schema), { $ref: `#/components/messages/${idOf(schema)}` }]),
        ),
        bindings: { ws: { method: 'GET' } },
      },
    },
    operations: {
      ...Object.fromEntries(OPERATIONS.map((op) => [op, requestOperation(op)])),
      ...Object.fromEntries(CHANNELS.map((channel, i) => [`${channel}Data`, dataOperation(channel, data[i])])),
    },
    components: {
      messages: Object.fromEntries(messages.map((schema) => [idOf(schema), messageOf(schema)])),
      schemas: withBounds(schemaComponents(schemas, 'draft-7'), bounds),
    },
  }
}

/** The schemas with the bounds of one runtime. The names of the fields are those of the protocol, each with one meaning. */
function withBounds(schemas: Json, { depths, batchOrders, subscriptions }: SocketBounds): Json {
  return JSON.parse(JSON.stringify(schemas), (field, schema) => {
    if (field === 'depth' && Array.isArray(schema.enum)) return { ...schema, enum: depths }
    if (field === 'symbols' && schema.maxItems !== undefined) return { ...schema, maxItems: subscriptions }
    if (field === 'orders' && schema.maxItems === BATCH_ORDERS_MAX) return { ...schema, maxItems: batchOrders }
    return schema
  })
}

const requestOperation = (op: Operation): Json => ({
  action: 'receive',
  channel: SOCKET,
  summary: OPERATION_SUMMARIES[op],
  messages: [channelMessage(REQUESTS[op])],
  reply: { channel: SOCKET, messages: [channelMessage(RESULT_SCHEMAS[op]), channelMessage(errorSchema)] },
})

const dataOperation = (channel: Channel, schemas: readonly z.ZodType[]): Json => ({
  action: 'send',
  channel: SOCKET,
  summary: CHANNEL_SUMMARIES[channel],
  messages: schemas.map(channelMessage),
})

function messageOf(schema: z.ZodType): Json {
  const examples = (schema.meta()?.examples ?? []) as unknown[]
  return {
    name: idOf(schema),
    payload: schemaRef(idOf(schema)),
    ...(examples.length > 0 && { examples: examples.map((payload) => ({ payload })) }),
  }
}
