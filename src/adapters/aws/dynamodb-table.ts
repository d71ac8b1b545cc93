/**
 * The calls to DynamoDB that the adapters make, each with its retries. A call to a busy or silent table is
 * repeated, which is safe for all of them. If the last retry fails, it throws OperationalFailure. A condition
 * that does not hold is an answer, not a failure.
 */

import {
  BatchGetItemCommand,
  type BatchWriteItemCommandOutput,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { inParallel } from '../../ports/in-parallel.ts'
import { ANSWERING, type Backoff, PUBLISHING, withBackoff } from './backoff.ts'
import type { Item } from './dynamodb-items.ts'
import { SignedCalls } from './signed-calls.ts'

/** Limits of the service. */
const KEYS_PER_GET = 100
const ROWS_PER_WRITE = 25
const CALLS_IN_FLIGHT = 8
/** 400 rows at once. The trades of a symbol are in 16 partitions. */
const WRITES_IN_FLIGHT = 16

export class DynamoTable {
  readonly name: string
  private readonly client: DynamoDBClient
  /** For the writes of which a publication has many. */
  private readonly signed: SignedCalls

  constructor(client: DynamoDBClient, name: string) {
    this.client = client
    this.signed = new SignedCalls(client)
    this.name = name
  }

  /** A consistent read. */
  async get(key: Item): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.name, Key: key, ConsistentRead: true })
    return (await this.call('GetItem', ANSWERING, () => this.client.send(command))).Item
  }

  /** A read of many rows, in no order. Rows that do not exist are left out. */
  async getAll(keys: readonly Item[], isConsistent = true): Promise<Item[]> {
    const items: Item[] = []
    await inParallel(slices(keys, KEYS_PER_GET), CALLS_IN_FLIGHT, async (slice) => {
      let wanted: Item[] = [...slice]
      await this.call('BatchGetItem', ANSWERING, async () => {
        const request = { RequestItems: { [this.name]: { Keys: wanted, ConsistentRead: isConsistent } } }
        const { Responses, UnprocessedKeys } = await this.client.send(new BatchGetItemCommand(request))
        items.push(...(Responses?.[this.name] ?? []))
        wanted = UnprocessedKeys?.[this.name]?.Keys ?? []
        if (wanted.length > 0) throw new Unprocessed(`${wanted.length} keys of ${this.name}`)
      })
    })
    return items
  }

  /** A consistent read of one page of a partition. */
  async query(
    input: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead'>,
  ): Promise<{ items: Item[]; next: Item | undefined }> {
    const command = new QueryCommand({ TableName: this.name, ConsistentRead: true, ...input })
    const { Items, LastEvaluatedKey } = await this.call('Query', ANSWERING, () => this.client.send(command))
    return { items: Items ?? [], next: LastEvaluatedKey }
  }

  /** Every row, in no order. A row may be a moment old. It is charged by the size of the table. */
  async scan(): Promise<Item[]> {
    const items: Item[] = []
    let start: Item | undefined
    do {
      const command: ScanCommand = new ScanCommand({
        TableName: this.name,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      })
      const answer: ScanCommandOutput = await this.call('Scan', ANSWERING, () => this.client.send(command))
      items.push(...(answer.Items ?? []))
      start = answer.LastEvaluatedKey
    } while (start !== undefined)
    return items
  }

  /**
   * Puts a row if `condition` holds. Returns undefined, or the row for which the condition failed. That may be
   * a row that an earlier attempt of this call has put.
   */
  async putIf(condition: string, item: Item, key: Item): Promise<Item | undefined> {
    const command = new PutItemCommand({
      TableName: this.name,
      Item: item,
      ConditionExpression: condition,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    try {
      await this.call('PutItem', ANSWERING, () => this.client.send(command))
      return undefined
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause
      return cause.Item ?? (await this.get(key)) ?? {}
    }
  }

  /**
   * Sets attributes if `condition` holds, which may use their `#name` and `:name`. Those of `kept` are set only
   * if they are absent. Returns whether it did.
   */
  async update(key: Item, attributes: Item, condition: string, kept: readonly string[] = []): Promise<boolean> {
    const names = Object.keys(attributes)
    const value = (name: string) => (kept.includes(name) ? `if_not_exists(#${name},:${name})` : `:${name}`)
    return this.change(key, {
      UpdateExpression: `SET ${names.map((name) => `#${name}=${value(name)}`).join(',')}`,
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
    })
  }

  /** Any update. Returns whether its condition held. */
  async change(
    key: Item,
    update: Pick<
      UpdateItemCommandInput,
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
  ): Promise<boolean> {
    const command = new UpdateItemCommand({ TableName: this.name, Key: key, ...update })
    try {
      await this.call('UpdateItem', PUBLISHING, () => this.client.send(command))
      return true
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) return false
      throw cause
    }
  }

  /** Adds one to the number `attribute` of a row, which may be absent. A retry may add one more. */
  async increment(key: Item, attribute: string): Promise<void> {
    const command = new UpdateItemCommand({
      TableName: this.name,
      Key: key,
      UpdateExpression: 'ADD #count :one',
      ExpressionAttributeNames: { '#count': attribute },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    })
    await this.call('UpdateItem', PUBLISHING, () => this.client.send(command))
  }

  /** Appends to the list `attribute` of a row, which may be absent. */
  async append(key: Item, attribute: string, values: readonly string[], also: Item): Promise<void> {
    const names = Object.keys(also)
    const command = new UpdateItemCommand({
      TableName: this.name,
      Key: key,
      UpdateExpression: `SET #list=list_append(if_not_exists(#list,:none),:more)${names.map((name) => `,#${name}=:${name}`).join('')}`,
      ExpressionAttributeNames: { '#list': attribute, ...Object.fromEntries(names.map((name) => [`#${name}`, name])) },
      ExpressionAttributeValues: {
        ':none': { L: [] },
        ':more': { L: values.map((value) => ({ S: value })) },
        ...Object.fromEntries(names.map((name) => [`:${name}`, also[name]])),
      },
    })
    await this.call('UpdateItem', ANSWERING, () => this.client.send(command))
  }

  /** Every row of a partition that the query selects, page by page. */
  async queryAll(input: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead'>): Promise<Item[]> {
    const all: Item[] = []
    let start: Item | undefined
    do {
      const { items, next } = await this.query({ ...input, ...(start !== undefined && { ExclusiveStartKey: start }) })
      all.push(...items)
      start = next
    } while (start !== undefined)
    return all
  }

  /** Puts rows, and replaces existing ones. */
  putAll(rows: readonly Item[]): Promise<void> {
    return this.writeAll(rows.map((Item) => ({ PutRequest: { Item } })))
  }

  /** Removes rows, which may be absent. */
  deleteAll(keys: readonly Item[]): Promise<void> {
    return this.writeAll(keys.map((Key) => ({ DeleteRequest: { Key } })))
  }

  /** No two of the requests may have the same key. */
  private async writeAll(requests: readonly WriteRequest[]): Promise<void> {
    await inParallel(slices(requests, ROWS_PER_WRITE), WRITES_IN_FLIGHT, async (slice) => {
      let waiting: WriteRequest[] = slice
      await this.call('BatchWriteItem', PUBLISHING, async () => {
        const request = { RequestItems: { [this.name]: waiting } }
        const answer: BatchWriteItemCommandOutput = await this.signed.send('BatchWriteItem', request)
        waiting = answer.UnprocessedItems?.[this.name] ?? []
        if (waiting.length > 0) throw new Unprocessed(`${waiting.length} rows of ${this.name}`)
      })
    })
  }

  private call<T>(what: string, backoff: Backoff, attempt: () => Promise<T>): Promise<T> {
    return withBackoff(`${what} on ${this.name}`, backoff, attempt)
  }
}

/** The service processed only a part of a batch. */
class Unprocessed extends Error {
  override readonly name = 'ThrottlingException'
}

function slices<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, i) => items.slice(i * length, (i + 1) * length))
}
