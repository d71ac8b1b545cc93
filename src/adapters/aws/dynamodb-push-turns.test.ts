/** The rows that the notifier keeps in the table of connections, in an emulated DynamoDB. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { latePushesContract } from '../../../test/contracts/late-pushes.contract.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import { createTables } from '../../entrypoints/aws-local/resources.ts'
import { DynamoLatePushes } from './dynamodb-late-pushes.ts'
import { DynamoPushTurns } from './dynamodb-push-turns.ts'
import { TABLES } from './resources.ts'

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient

beforeAll(async () => {
  server = await startDynamo()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new DynamoDBClient({ endpoint: server.url, region: 'local', credentials, maxAttempts: 1 })
  await createTables(client)
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

latePushesContract(async () => new DynamoLatePushes(client, TABLES.connections.name))

test('a process has its turn again only if no other had one, for each shard', async () => {
  const [one, other] = ['one', 'other'].map((name) => new DynamoPushTurns(client, TABLES.connections.name, name))
  const turns = [one.take('a'), one.take('b')]
  expect(await Promise.all(turns)).toEqual([false, false])
  expect(await one.take('a')).toBe(true)
  expect(await other.take('a')).toBe(false)
  expect(await other.take('a')).toBe(true)
  expect([await one.take('b'), await one.take('a'), await other.take('a')]).toEqual([true, false, false])
})
