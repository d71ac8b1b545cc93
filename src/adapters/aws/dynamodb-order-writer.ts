/**
 * Writes the records of orders, each only over an older one. A publication has thousands of them, so a write is one
 * short request. The text that only depends on which attributes an order has is made once.
 *
 * Attributes are set one by one, so that those of the first record stay: the key of its list row, and the time at
 * which the order was received, which the sender already has.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Instrument } from '../../protocol/instrument/instrument.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { PUBLISHING, withBackoff } from './backoff.ts'
import { type Item, orderAttributes, orderKey } from './dynamodb-items.ts'
import { SignedCalls } from './signed-calls.ts'

/** Attributes that only the first record sets. */
const KEPT: readonly string[] = ['receivedAtMs']
const CONDITION = 'attribute_not_exists(#lastEvent) OR #lastEvent < :lastEvent'

export class DynamoOrderWriter {
  private readonly table: string
  private readonly calls: SignedCalls
  /** By the names of the attributes: the part of a request that precedes the key. */
  private readonly beginnings = new Map<string, string>()

  constructor(client: DynamoDBClient, table: string) {
    this.table = table
    this.calls = new SignedCalls(client)
  }

  /** Does nothing if the stored record is as new. Throws OperationalFailure. */
  async write(order: OrderRecord, instrument: Instrument): Promise<void> {
    const attributes = orderAttributes(order, instrument)
    const body = this.requestOf(orderKey(order.account, order.orderId), attributes)
    try {
      await withBackoff(`UpdateItem on ${this.table}`, PUBLISHING, () => this.calls.send('UpdateItem', body))
    } catch (cause) {
      if (!(cause instanceof Error && cause.name === 'ConditionalCheckFailedException')) throw cause
    }
  }

  private requestOf(key: Item, attributes: Item): string {
    const names = Object.keys(attributes)
    const shape = names.join()
    let beginning = this.beginnings.get(shape)
    if (beginning === undefined) {
      const value = (name: string) => (KEPT.includes(name) ? `if_not_exists(#${name},:${name})` : `:${name}`)
      const constant = {
        TableName: this.table,
        UpdateExpression: `SET ${names.map((name) => `#${name}=${value(name)}`).join(',')}`,
        ConditionExpression: CONDITION,
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      }
      beginning = JSON.stringify(constant).slice(0, -1)
      this.beginnings.set(shape, beginning)
    }
    const values = names.map((name) => `":${name}":${JSON.stringify(attributes[name])}`)
    return `${beginning},"Key":${JSON.stringify(key)},"ExpressionAttributeValues":{${values.join()}}}`
  }
}
