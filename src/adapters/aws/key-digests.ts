/**
 * The digests of the API keys, which Terraform writes beside the connections: `key#SHA256` has the account. A key
 * itself is stored nowhere but in API Gateway.
 */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { text } from './dynamodb-items.ts'
import { DynamoTable } from './dynamodb-table.ts'
import { TABLES } from './resources.ts'

export class KeyDigests {
  private readonly table: DynamoTable

  /** `table`: of the connections. */
  constructor(client: DynamoDBClient, table: string) {
    this.table = new DynamoTable(client, table)
  }

  /** `digest`: 64 hex digits. undefined: no key has it. Throws OperationalFailure. */
  async accountOf(digest: string): Promise<string | undefined> {
    const { partitionKey, sortKey } = TABLES.connections
    const row = await this.table.get({ [partitionKey.name]: text(`key#${digest}`), [sortKey.name]: text('#') })
    return row?.account?.S
  }
}
