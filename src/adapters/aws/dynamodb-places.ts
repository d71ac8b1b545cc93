/**
 * All rows of the table of marks, for the heartbeat. The table has at most 1,000 instruments and the shards of the
 * stream. One scan reads it, which is charged by size: about 350 bytes a symbol, so a twelfth of single reads.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { StoredMark } from '../../ports/publisher.ts'
import { cursorIn, shardIn } from './dynamodb-cursors.ts'
import { textOf } from './dynamodb-items.ts'
import { markIn } from './dynamodb-marks.ts'
import { DynamoTable } from './dynamodb-table.ts'

export class DynamoPlaces {
  private readonly positions: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.positions = new DynamoTable(client, table)
  }

  /** Rows may be a moment old. `shardBytes`: what each shard has delivered. */
  async read(): Promise<{ marks: Map<string, StoredMark>; shardBytes: Map<string, number> }> {
    const marks = new Map<string, StoredMark>()
    const shardBytes = new Map<string, number>()
    for (const item of await this.positions.scan()) {
      const shardId = shardIn(item)
      if (shardId === undefined) marks.set(textOf(item, 'symbol'), markIn(item))
      else shardBytes.set(shardId, cursorIn(item).bytes)
    }
    return { marks, shardBytes }
  }
}
