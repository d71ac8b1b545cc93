/**
 * The cursor of each shard, as rows of the table of marks. Their keys begin with `shard/`, which no symbol does.
 * A row has a position only if the shard is delivered in order (gap-check.ts).
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BEGINNING, type Position } from '../../ports/order-stream.ts'
import type { ShardCursor, ShardCursors } from '../../ports/shard-cursors.ts'
import { type Item, number, text, textOf } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'

const PREFIX = 'shard/'
const rowOf = (shardId: string) => ({ symbol: text(PREFIX + shardId) })

/** The shard of a row; undefined if it is the row of a symbol. */
export const shardIn = (item: Item): string | undefined => {
  const name = textOf(item, 'symbol')
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined
}

export const cursorIn = ({ cursor, shardBytes, lostBefore }: Item): ShardCursor => ({
  position: cursor?.S ?? BEGINNING,
  bytes: Number(shardBytes?.N ?? 0),
  ...(lostBefore?.S !== undefined && { lostBefore: lostBefore.S }),
})

export class DynamoCursors implements ShardCursors {
  private readonly positions: DynamoTable

  constructor(client: DynamoDBClient, table: string) {
    this.positions = new DynamoTable(client, table)
  }

  async read(shardId: string): Promise<ShardCursor | undefined> {
    const item = await this.positions.get(rowOf(shardId))
    return item === undefined ? undefined : cursorIn(item)
  }

  async advance(shardId: string, position: Position, bytes: number): Promise<void> {
    const add = { UpdateExpression: 'ADD shardBytes :bytes', ExpressionAttributeValues: { ':bytes': number(bytes) } }
    await this.positions.change(
      rowOf(shardId),
      position === BEGINNING
        ? add
        : {
            UpdateExpression: `SET #cursor=:cursor ${add.UpdateExpression}`,
            ConditionExpression: 'attribute_not_exists(#cursor) OR #cursor < :cursor',
            ExpressionAttributeNames: { '#cursor': 'cursor' },
            ExpressionAttributeValues: { ':cursor': text(position), ...add.ExpressionAttributeValues },
          },
    )
  }

  async lose(shardId: string, before: Position): Promise<void> {
    await this.positions.update(
      rowOf(shardId),
      { lostBefore: text(before) },
      'attribute_not_exists(#lostBefore) OR #lostBefore < :lostBefore',
    )
  }
}
