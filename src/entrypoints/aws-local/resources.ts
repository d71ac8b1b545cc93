/** Creates the streams and tables that adapters/aws/resources.ts defines, and the rows that Terraform writes into them. */

import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateStreamCommand, DescribeStreamSummaryCommand, type KinesisClient } from '@aws-sdk/client-kinesis'
import { seedRow } from '../../adapters/aws/instrument-seed.ts'
import { STREAMS, type StreamDefinition, TABLES, type TableDefinition } from '../../adapters/aws/resources.ts'
import type { InstrumentText } from '../../protocol/instrument/instrument.ts'
import { type LocalKeys, storeKeyDigests } from './socket-keys.ts'

export interface ResourceOptions {
  /** Of the new exchange. */
  readonly instruments: readonly InstrumentText[]
  readonly orderShards: number
  readonly apiKeys?: LocalKeys
}

export async function createResources(
  kinesis: KinesisClient,
  dynamodb: DynamoDBClient,
  { instruments, orderShards, apiKeys }: ResourceOptions,
): Promise<void> {
  await createStreams(kinesis, [{ ...STREAMS.orders, shards: orderShards }, STREAMS.trades, STREAMS.events])
  await createTables(dynamodb)
  await dynamodb.send(new PutItemCommand({ TableName: TABLES.instruments.name, Item: seedRow(instruments) }))
  if (apiKeys !== undefined) await storeKeyDigests(dynamodb, apiKeys)
}

export async function createStreams(
  client: KinesisClient,
  streams: readonly StreamDefinition[] = Object.values(STREAMS),
) {
  for (const { name, shards } of streams) {
    await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }))
    await until(async () => {
      const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }))
      return StreamDescriptionSummary?.StreamStatus === 'ACTIVE'
    })
  }
}

export async function createTables(client: DynamoDBClient, tables: readonly TableDefinition[] = Object.values(TABLES)) {
  for (const { name, partitionKey, sortKey } of tables) {
    const keys = sortKey === undefined ? [partitionKey] : [partitionKey, sortKey]
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
        KeySchema: keys.map((key, i) => ({ AttributeName: key.name, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
      }),
    )
    await until(async () => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
      return Table?.TableStatus === 'ACTIVE'
    })
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}
