/**
 * Late pushes as rows of the table of connections. They do not expire: the process that has caught up removes them. All
 * are in one partition, because only failures write them.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { LatePush, LatePushes } from '../../ports/late-pushes.ts'
import { LATE, lateIn, lateKey, partitionRows } from './connection-rows.ts'
import { DynamoTable } from './dynamodb-table.ts'

export class DynamoLatePushes implements LatePushes {
  private readonly table: DynamoTable

  /** `table`: of the connections. */
  constructor(client: DynamoDBClient, table: string) {
    this.table = new DynamoTable(client, table)
  }

  note(late: readonly LatePush[]): Promise<void> {
    return this.table.putAll(late.map(lateKey))
  }

  remove(late: readonly LatePush[]): Promise<void> {
    return this.table.deleteAll(late.map(lateKey))
  }

  async all(): Promise<LatePush[]> {
    return (await this.table.queryAll(partitionRows(LATE))).map(lateIn)
  }
}
