/**
 * The connections of the socket in DynamoDB. What is known of a connection is one row; a change of it is conditional on
 * that the row exists and does not end. Rows beside it are written after it. Then its row is looked at again, because
 * another request, or the end of the connection, may have changed it meanwhile.
 */

import { randomUUID } from 'node:crypto'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type {
  Connection,
  ConnectionHolder,
  ConnectionLimits,
  ConnectionOrder,
  Connections,
  Follower,
  NewConnection,
} from '../../ports/connections.ts'
import { type Topic, topicKey } from '../../ports/market-feed.ts'
import {
  accountPartition,
  addressKey,
  addressPartition,
  BOUND_CONNECTIONS,
  boundKey,
  CANCELING,
  cancelingKey,
  connectionIn,
  connectionKey,
  connectionOf,
  connectionOrderIn,
  connectionPartition,
  expiring,
  followerIn,
  followerKey,
  keyIn,
  keysBeside,
  nameOf,
  ORDER,
  ORDERS_FOLLOWED,
  orderKeyOf,
  rowsOf,
  symbolPartition,
} from './connection-rows.ts'
import { type Item, number, text } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

/**
 * API Gateway ends a connection after 2 hours
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
 * The third hour is for ends that were not reported.
 */
const KEPT_MS = 3 * 3_600_000

/** The row of a connection whose end has not begun. */
const OPEN = 'attribute_exists(connectedAtMs) AND attribute_not_exists(ending)'

export class DynamoConnections implements Connections {
  private readonly table: DynamoTable
  private readonly limits: ConnectionLimits
  private readonly nowMs: () => number

  constructor(client: DynamoDBClient, table: string, limits: ConnectionLimits, nowMs: () => number = Date.now) {
    this.table = new DynamoTable(client, table)
    this.limits = limits
    this.nowMs = nowMs
  }

  async begin({ connectionId, sourceIp, connectedAtMs }: NewConnection): Promise<'begun' | 'too_many'> {
    const row = { sourceIp: text(sourceIp), connectedAtMs: number(connectedAtMs) }
    // The row of the connection has the address, so that its end removes both.
    await this.table.putAll([this.kept({ ...connectionKey(connectionId), ...row })])
    await this.table.putAll([this.kept(addressKey(sourceIp, connectionId))])
    if ((await this.rows(addressPartition(sourceIp), '')).length <= this.limits.perAddress) return 'begun'
    await this.end(connectionId)
    return 'too_many'
  }

  async read(connectionId: string): Promise<Connection | undefined> {
    const row = await this.table.get(connectionKey(connectionId))
    if (row?.connectedAtMs === undefined || Number(row.connectedAtMs.N) + KEPT_MS < this.nowMs()) return undefined
    return connectionOf(connectionId, row)
  }

  async wrongKey(connectionId: string): Promise<number> {
    const counted = await this.table.change(connectionKey(connectionId), {
      UpdateExpression: 'ADD wrongKeys :one',
      ConditionExpression: OPEN,
      ExpressionAttributeValues: { ':one': number(1) },
    })
    return counted ? ((await this.read(connectionId))?.wrongKeys ?? 0) : 0
  }

  async bind(
    connectionId: string,
    { account, operator, keyName }: ConnectionHolder,
    cancelOnDisconnect: boolean,
  ): Promise<'bound' | 'already_bound' | 'too_many' | 'gone'> {
    const before = await this.read(connectionId)
    if (before === undefined || before.ending) return 'gone'
    if (before.holder !== undefined) return 'already_bound'
    const beside = [boundKey(account, connectionId), ...(cancelOnDisconnect ? [cancelingKey(connectionId)] : [])]
    await this.table.putAll(beside.map((key) => this.kept(key)))
    const bound = await this.rows(accountPartition(account), BOUND_CONNECTIONS)
    if (bound.length > this.limits.perAccount) {
      await this.settle(connectionId, beside, await this.read(connectionId))
      return 'too_many'
    }
    const call = randomUUID()
    const isBound = await this.table.change(connectionKey(connectionId), {
      UpdateExpression:
        'SET account=:account, #operator=:operator, keyName=:keyName, cancelOnDisconnect=:cancels, boundBy=:call',
      ConditionExpression: `${OPEN} AND (attribute_not_exists(account) OR boundBy=:call)`,
      ExpressionAttributeNames: { '#operator': 'operator' },
      ExpressionAttributeValues: {
        ':account': text(account),
        ':operator': { BOOL: operator },
        ':keyName': text(keyName),
        ':cancels': { BOOL: cancelOnDisconnect },
        ':call': text(call),
      },
    })
    if (isBound) return 'bound'
    // Another request of the connection has bound it, or it has ended. Its end did not know of our rows.
    const now = await this.settle(connectionId, beside, await this.read(connectionId))
    return now === undefined || now.ending ? 'gone' : 'already_bound'
  }

  async follow(connectionId: string, topics: readonly Topic[], max: number): Promise<'followed' | 'too_many' | 'gone'> {
    const before = await this.read(connectionId)
    if (before === undefined || before.ending) return 'gone'
    const known = new Set(before.topics.map(topicKey))
    const keys = [...new Set(topics.map(topicKey))]
    const added = keys.filter((key) => !known.has(key)).length
    if (known.size + added > max) return 'too_many'
    const isAdded = await this.table.change(connectionKey(connectionId), {
      UpdateExpression: 'ADD topics :topics',
      ConditionExpression: `${OPEN} AND (attribute_not_exists(topics) OR size(topics)<=:room)`,
      ExpressionAttributeValues: { ':topics': { SS: keys }, ':room': number(max - added) },
    })
    if (!isAdded) return this.follow(connectionId, topics, max)
    const followed = { ...before, topics: [...before.topics, ...topics] }
    const now = await this.settle(connectionId, followerKeys(connectionId, topics), followed)
    return now === undefined || now.ending ? 'gone' : 'followed'
  }

  async unfollow(connectionId: string, topics: readonly Topic[]): Promise<void> {
    if (topics.length === 0) return
    await this.table.change(connectionKey(connectionId), {
      UpdateExpression: 'DELETE topics :topics',
      ConditionExpression: 'attribute_exists(connectedAtMs)',
      ExpressionAttributeValues: { ':topics': { SS: [...new Set(topics.map(topicKey))] } },
    })
    await this.settle(connectionId, followerKeys(connectionId, topics), undefined)
  }

  async followersOfSymbol(symbol: string): Promise<Follower[]> {
    const rows = await this.rows(symbolPartition(symbol), '')
    return rows.map((row) => followerIn(row, symbol)).filter((each): each is Follower => each !== undefined)
  }

  async followersOfAccount(account: string): Promise<string[]> {
    return (await this.rows(accountPartition(account), ORDERS_FOLLOWED)).map(connectionIn)
  }

  async remember(connectionId: string, orders: readonly ConnectionOrder[]): Promise<'remembered' | 'gone'> {
    const byId = new Map(orders.map((order) => [order.orderId, order]))
    await this.table.putAll(
      [...byId.values()].map(({ orderId, uncertainIn }) => ({
        ...this.kept(orderKeyOf(connectionId, orderId)),
        ...(uncertainIn !== undefined && { uncertainIn: text(uncertainIn) }),
      })),
    )
    const connection = await this.read(connectionId)
    return connection === undefined || connection.ending ? 'gone' : 'remembered'
  }

  async rememberedOrders(connectionId: string): Promise<ConnectionOrder[]> {
    return (await this.rows(connectionPartition(connectionId), ORDER)).map(connectionOrderIn)
  }

  async canceling(): Promise<string[]> {
    return (await this.rows(CANCELING, '')).map(connectionIn)
  }

  async beginEnd(connectionId: string): Promise<Connection | undefined> {
    await this.table.change(connectionKey(connectionId), {
      UpdateExpression: 'SET ending=:true',
      ConditionExpression: 'attribute_exists(connectedAtMs)',
      ExpressionAttributeValues: { ':true': { BOOL: true } },
    })
    return this.read(connectionId)
  }

  async end(connectionId: string, seen: readonly Topic[] = []): Promise<void> {
    const connection = await this.beginEnd(connectionId)
    const keys = followerKeys(connectionId, [...(connection?.topics ?? []), ...seen])
    keys.push(cancelingKey(connectionId))
    if (connection !== undefined) keys.push(addressKey(connection.sourceIp, connectionId))
    if (connection?.holder !== undefined) keys.push(boundKey(connection.holder.account, connectionId))
    const orders = await this.rows(connectionPartition(connectionId), ORDER)
    await this.table.deleteAll([...keys, ...orders.map(keyIn)])
    // Last, so that an end that fails is repeated with everything that it knew.
    await this.table.deleteAll([connectionKey(connectionId)])
  }

  /**
   * Writes or removes rows beside that of a connection as its row says, which was read last as `read`. Returns it as it
   * is then: requests at the same time each end with a look after their last write, so the rows agree with it.
   */
  private async settle(
    connectionId: string,
    keys: readonly Item[],
    read: Connection | undefined,
  ): Promise<Connection | undefined> {
    let has = namesBeside(read)
    for (;;) {
      const isThere = (key: Item) => has.has(nameOf(key))
      await this.table.putAll(keys.filter(isThere).map((key) => this.kept(key)))
      await this.table.deleteAll(keys.filter((key) => !isThere(key)))
      const now = await this.read(connectionId)
      const hasNow = namesBeside(now)
      if (keys.every((key) => isThere(key) === hasNow.has(nameOf(key)))) return now
      has = hasNow
    }
  }

  private rows(partition: string, prefix: string): Promise<Item[]> {
    return this.table.queryAll(rowsOf(partition, prefix, this.nowMs()))
  }

  private kept(key: Item): Item {
    return expiring(key, this.nowMs() + KEPT_MS)
  }
}

const followerKeys = (connectionId: string, topics: readonly Topic[]): Item[] =>
  [...new Map(topics.map((topic) => [topicKey(topic), topic])).values()].map((topic) =>
    followerKey({ connectionId, topic }),
  )

const namesBeside = (connection: Connection | undefined): ReadonlySet<string> =>
  new Set(connection === undefined ? [] : keysBeside(connection).map(nameOf))
