import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import type { Running } from '../../entrypoints/aws-local/loopback.ts'
import { createTables } from '../../entrypoints/aws-local/resources.ts'
import { JOINS_PER_SECOND_MAX } from '../../protocol/limits.ts'
import { DynamoJoinLimit } from './dynamodb-join-limit.ts'
import { TABLES } from './resources.ts'

let emulator: Running
let client: DynamoDBClient

beforeAll(async () => {
  emulator = await startDynamo()
  client = new DynamoDBClient({
    endpoint: emulator.url,
    region: 'local',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  })
  await createTables(client, [TABLES.connections])
})
afterAll(async () => {
  client.destroy()
  await emulator.close()
})

test('all processes together ask for a bounded number of snapshots in a second', async () => {
  let nowMs = 1_700_000_000_300
  const processes = [1, 2].map(() => new DynamoJoinLimit(client, TABLES.connections.name, () => nowMs))
  const pauses = await Promise.all(
    Array.from({ length: JOINS_PER_SECOND_MAX / 50 + 4 }, (_, i) => processes[i % 2].admit(50)),
  )
  const refused = pauses.filter((pauseMs) => pauseMs > 0)
  expect(refused).toHaveLength(4)
  for (const pauseMs of refused) {
    expect(pauseMs).toBeGreaterThanOrEqual(700)
    expect(pauseMs).toBeLessThanOrEqual(1_700)
  }
  nowMs += 700
  expect(await processes[0].admit(100)).toBe(0)
})
