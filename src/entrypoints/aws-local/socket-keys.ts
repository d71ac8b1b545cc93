/** The API keys of a local stack, as Terraform stores them: API Gateway knows them, and the table has their digests. */

import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { TABLES } from '../../adapters/aws/resources.ts'
import { sha256Hex } from '../../entry/api-keys.ts'

/** Accounts by key. */
export type LocalKeys = ReadonlyMap<string, string>

/** A WebSocket API cannot check keys, so its functions look the key's digest up. */
export async function storeKeyDigests(dynamodb: DynamoDBClient, keys: LocalKeys): Promise<void> {
  const { name, partitionKey, sortKey } = TABLES.connections
  for (const [key, account] of keys) {
    const Item = {
      [partitionKey.name]: { S: `key#${sha256Hex(key)}` },
      [sortKey.name]: { S: '#' },
      account: { S: account },
    }
    await dynamodb.send(new PutItemCommand({ TableName: name, Item }))
  }
}
