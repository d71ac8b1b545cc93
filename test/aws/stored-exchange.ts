/** Reads the tables and streams without the adapters. */

import { type AttributeValue, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
} from '@aws-sdk/client-kinesis'

export interface StreamLine {
  readonly key: string
  readonly sequenceNumber: string
  readonly shardId: string
  readonly arrivedAtMs: number
  readonly text: string
}

export async function scan(client: DynamoDBClient, TableName: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = []
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) items.push(...Items)
  return items
}

/** The lines of all shards, oldest shard first. Lines that arrive during the call may be missing. */
export async function linesOf(client: KinesisClient, stream: string): Promise<StreamLine[]> {
  const lines: StreamLine[] = []
  const startedMs = Date.now()
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }))
  for (const { ShardId = '' } of Shards) {
    const place = { StreamName: stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const }
    let { ShardIterator: iterator } = await client.send(new GetShardIteratorCommand(place))
    while (iterator !== undefined) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }))
      for (const { PartitionKey = '', SequenceNumber = '', Data, ApproximateArrivalTimestamp } of page.Records ?? []) {
        const arrivedAtMs = ApproximateArrivalTimestamp?.getTime() ?? 0
        const texts = Buffer.from(Data ?? [])
          .toString('utf8')
          .split('\n')
          .filter((text) => text !== '')
        lines.push(
          ...texts.map((text) => ({
            key: PartitionKey,
            sequenceNumber: SequenceNumber,
            shardId: ShardId,
            arrivedAtMs,
            text,
          })),
        )
      }
      // Under load the stream has no last page, so reading stops at the time of the call.
      const last = page.Records?.at(-1)?.ApproximateArrivalTimestamp?.getTime()
      iterator = last === undefined || last > startedMs ? undefined : page.NextShardIterator
    }
  }
  return lines
}
