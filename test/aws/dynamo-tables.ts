/** Our tables in an emulated DynamoDB, under names of one test: an emulator is slow to empty a table. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { createTables } from '../../src/entrypoints/aws-local/resources.ts'

type TableNames = Readonly<Record<keyof typeof TABLES, string>>

/** Creates every table with a suffix, and returns the names. */
export async function createTablesWith(client: DynamoDBClient, suffix: string): Promise<TableNames> {
  const named = Object.entries(TABLES).map(([key, table]) => [key, { ...table, name: table.name + suffix }] as const)
  await createTables(
    client,
    named.map(([, table]) => table),
  )
  return Object.fromEntries(named.map(([key, { name }]) => [key, name])) as TableNames
}
