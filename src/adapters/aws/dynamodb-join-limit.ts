/**
 * Limits the requests to join of all connections together, by a row for each second in the table of connections. They
 * are records of KDS_Events, to which the matcher writes too: a full stream would stop it. Anybody may subscribe, with
 * 100 topics in one frame.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { JOINS_PER_SECOND_MAX } from '../../protocol/limits.ts'
import { joinsKey } from './connection-rows.ts'
import { number } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { TABLES } from './resources.ts'

const SECOND_MS = 1_000
const KEPT_SECONDS = 60

export class DynamoJoinLimit {
  private readonly table: DynamoTable
  private readonly nowMs: () => number

  /** `table`: of the connections. */
  constructor(client: DynamoDBClient, table: string, nowMs: () => number = Date.now) {
    this.table = new DynamoTable(client, table)
    this.nowMs = nowMs
  }

  /** Returns 0, or after how many milliseconds to ask again. Throws OperationalFailure. */
  async admit(count: number): Promise<number> {
    const nowMs = this.nowMs()
    const second = Math.floor(nowMs / SECOND_MS)
    const isAdmitted = await this.table.change(joinsKey(second), {
      UpdateExpression: 'ADD joins :count SET #expires=:expires',
      ConditionExpression: 'attribute_not_exists(joins) OR joins<=:room',
      ExpressionAttributeNames: { '#expires': TABLES.connections.expiryAttribute },
      ExpressionAttributeValues: {
        ':count': number(count),
        ':room': number(JOINS_PER_SECOND_MAX - count),
        ':expires': number(second + KEPT_SECONDS),
      },
    })
    if (isAdmitted) return 0
    // Those that wait do not come back together.
    return (second + 1) * SECOND_MS - nowMs + Math.floor(Math.random() * SECOND_MS)
  }
}
