/**
 * The rows of the table of connections. A partition has what one question needs: who a connection is, who follows a
 * symbol, who follows an account. Neither symbols, accounts nor connection ids contain `#`, and no symbol or account
 * contains a space.
 */

import type { Connection, ConnectionHolder, ConnectionOrder, Follower } from '../../ports/connections.ts'
import type { LatePush } from '../../ports/late-pushes.ts'
import { type Topic, topicKey, topicOf } from '../../ports/market-feed.ts'
import { type Item, number, numberOf, text, textOf } from './dynamodb-items.ts'
import { TABLES } from './resources.ts'

const { partitionKey, sortKey, expiryAttribute } = TABLES.connections
const PARTITION = partitionKey.name
const SORT = sortKey.name
export const EXPIRES = expiryAttribute

const keyOf = (partition: string, sort: string): Item => ({ [PARTITION]: text(partition), [SORT]: text(sort) })

export const keyIn = (row: Item): Item => ({ [PARTITION]: row[PARTITION], [SORT]: row[SORT] })
export const expiring = (key: Item, atMs: number): Item => ({ ...key, [EXPIRES]: number(Math.ceil(atMs / 1_000)) })

/** A query of a partition, of the rows whose sort key begins with `prefix`, without those that have expired. */
export const rowsOf = (partition: string, prefix: string, nowMs: number) => ({
  KeyConditionExpression: `${PARTITION}=:partition${prefix === '' ? '' : ` AND begins_with(${SORT},:prefix)`}`,
  FilterExpression: `${EXPIRES}>:now`,
  ExpressionAttributeValues: {
    ':partition': text(partition),
    ':now': number(Math.floor(nowMs / 1_000)),
    ...(prefix !== '' && { ':prefix': text(prefix) }),
  },
})

/** A query of all rows of a partition whose rows do not expire. */
export const partitionRows = (partition: string) => ({
  KeyConditionExpression: `${PARTITION}=:partition`,
  ExpressionAttributeValues: { ':partition': text(partition) },
})

export const connectionPartition = (connectionId: string): string => `connection#${connectionId}`
export const symbolPartition = (symbol: string): string => `symbol#${symbol}`
export const accountPartition = (account: string): string => `account#${account}`
export const addressPartition = (sourceIp: string): string => `address#${sourceIp}`
/** One partition: it accepts 1,000 such connections a second, and API Gateway 500 of any kind. */
export const CANCELING = 'cancelOnDisconnect'

export const ORDER = 'order#'
const ORDERS = 'orders#'
const BOUND = 'connection#'
export const ORDERS_FOLLOWED = ORDERS
export const BOUND_CONNECTIONS = BOUND

export const connectionKey = (connectionId: string): Item => keyOf(connectionPartition(connectionId), '#')
export const orderKeyOf = (connectionId: string, orderId: string): Item =>
  keyOf(connectionPartition(connectionId), ORDER + orderId)
export const boundKey = (account: string, connectionId: string): Item =>
  keyOf(accountPartition(account), BOUND + connectionId)
export const addressKey = (sourceIp: string, connectionId: string): Item =>
  keyOf(addressPartition(sourceIp), connectionId)
/** The requests to join of a second. */
export const joinsKey = (second: number): Item => keyOf('joins', String(second))
export const cancelingKey = (connectionId: string): Item => keyOf(CANCELING, connectionId)
export const LATE = 'late'
/** `BTCUSD`; of own orders `BTCUSD alice`. */
export const lateKey = ({ symbol, account }: LatePush): Item =>
  keyOf(LATE, account === undefined ? symbol : `${symbol} ${account}`)

/** `symbol#BTCUSD` and `book 10#ID`; of own orders `account#alice` and `orders#ID`. */
export function followerKey({ topic, connectionId }: Follower): Item {
  if (topic.channel === 'orders') return keyOf(accountPartition(topic.account), ORDERS + connectionId)
  const [channel, , ...more] = topicKey(topic).split(' ')
  return keyOf(symbolPartition(topic.symbol), `${[channel, ...more].join(' ')}#${connectionId}`)
}

/** The rows that a connection has beside its own. One that ends has no followers. */
export function keysBeside({ connectionId, holder, cancelOnDisconnect, topics, ending }: Connection): Item[] {
  return [
    ...(ending ? [] : topics.map((topic) => followerKey({ connectionId, topic }))),
    ...(holder === undefined ? [] : [boundKey(holder.account, connectionId)]),
    ...(cancelOnDisconnect ? [cancelingKey(connectionId)] : []),
  ]
}

export const nameOf = (key: Item): string => `${textOf(key, PARTITION)} ${textOf(key, SORT)}`

/** The follower in a row of a symbol; undefined if this program does not know its topic. */
export function followerIn(row: Item, symbol: string): Follower | undefined {
  const [name, connectionId] = textOf(row, SORT).split('#')
  const [channel, ...more] = name.split(' ')
  const topic = topicOf([channel, symbol, ...more].join(' '))
  return topic === undefined ? undefined : { connectionId, topic }
}

export function lateIn(row: Item): LatePush {
  const [symbol, account] = textOf(row, SORT).split(' ')
  return account === undefined ? { symbol } : { symbol, account }
}

/** The connection that the sort key ends with. */
export const connectionIn = (row: Item): string => textOf(row, SORT).split('#').at(-1) as string

export function connectionOf(connectionId: string, row: Item): Connection {
  return {
    connectionId,
    sourceIp: textOf(row, 'sourceIp'),
    connectedAtMs: numberOf(row, 'connectedAtMs'),
    holder: holderIn(row),
    cancelOnDisconnect: row.cancelOnDisconnect?.BOOL === true,
    wrongKeys: Number(row.wrongKeys?.N ?? 0),
    topics: (row.topics?.SS ?? []).map(topicOf).filter((topic): topic is Topic => topic !== undefined),
    ending: row.ending?.BOOL === true,
  }
}

function holderIn(row: Item): ConnectionHolder | undefined {
  if (row.account === undefined) return undefined
  return { account: textOf(row, 'account'), operator: row.operator?.BOOL === true, keyName: textOf(row, 'keyName') }
}

export function connectionOrderIn(row: Item): ConnectionOrder {
  const orderId = textOf(row, SORT).slice(ORDER.length)
  return row.uncertainIn === undefined ? { orderId } : { orderId, uncertainIn: textOf(row, 'uncertainIn') }
}
