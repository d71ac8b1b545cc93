/**
 * Which process has pushed the events of a shard last, as a row of the table of connections. Lambda delivers a shard to
 * one process at a time, but not always to the same one. A delivery costs one read, and one write if the process is
 * another than before.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { PushTurns } from '../../ports/push-turns.ts'
import { text } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

export class DynamoPushTurns implements PushTurns {
  private readonly table: DynamoTable
  private readonly process: string

  /** `process`: a name that no other process has. */
  constructor(client: DynamoDBClient, table: string, process: string) {
    this.table = new DynamoTable(client, table)
    this.process = process
  }

  async take(shardId: string): Promise<boolean> {
    const key = { topic: text(`notifier#${shardId}`), connectionId: text('#') }
    const row = await this.table.get(key)
    if (row?.process?.S === this.process) return true
    await this.table.change(key, {
      UpdateExpression: 'SET #process=:process',
      ExpressionAttributeNames: { '#process': 'process' },
      ExpressionAttributeValues: { ':process': text(this.process) },
    })
    return false
  }
}
