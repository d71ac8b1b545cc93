/** The stored connections in an emulated DynamoDB. */

import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CONTRACT_LIMITS, CONTRACT_NOW_MS, connectionsContract } from '../../../test/contracts/connections.contract.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import type { Running } from '../../entrypoints/aws-local/loopback.ts'
import { createTables } from '../../entrypoints/aws-local/resources.ts'
import type { ConnectionLimits } from '../../ports/connections.ts'
import { httpHandler } from './clients.ts'
import { connectionKey } from './connection-rows.ts'
import { DynamoConnections } from './dynamodb-connections.ts'
import { TABLES } from './resources.ts'

let emulator: Running
let client: DynamoDBClient
let tables = 0

beforeAll(async () => {
  emulator = await startDynamo()
  client = new DynamoDBClient({
    endpoint: emulator.url,
    region: 'local',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  })
})
afterAll(async () => {
  client.destroy()
  await emulator.close()
})

/** Connections whose first call with this target and text waits until `meanwhile` is done. */
function interrupted(table: string, limits: ConnectionLimits, text: string, meanwhile: () => Promise<unknown>) {
  const handler = httpHandler()
  let isFirst = true
  const own = new DynamoDBClient({
    endpoint: emulator.url,
    region: 'local',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    requestHandler: {
      handle: async (request: Parameters<typeof handler.handle>[0]) => {
        if (isFirst && String(request.body).includes(text)) {
          isFirst = false
          await meanwhile()
        }
        return handler.handle(request)
      },
    },
  })
  return new DynamoConnections(own, table, limits, () => CONTRACT_NOW_MS)
}

async function opened() {
  const table = `${TABLES.connections.name}-${++tables}`
  await createTables(client, [{ ...TABLES.connections, name: table }])
  let nowMs = CONTRACT_NOW_MS
  return {
    table,
    connections: new DynamoConnections(client, table, CONTRACT_LIMITS, () => nowMs),
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

connectionsContract(opened)

test('no row is left when all connections have ended, also of one that was refused', async () => {
  const { connections, table } = await opened()
  const holder = { account: 'alice', operator: true, keyName: 'desk' }
  for (const connectionId of ['a', 'b', 'c', 'd']) {
    await connections.begin({ connectionId, sourceIp: '2001:db8::1', connectedAtMs: CONTRACT_NOW_MS })
    await connections.bind(connectionId, holder, true)
    await connections.follow(connectionId, [{ channel: 'orders', account: 'alice' }], 10)
    await connections.remember(connectionId, [{ orderId: 'o' }])
  }
  for (const connectionId of ['a', 'b', 'c', 'd']) await connections.end(connectionId)
  const { Items } = await client.send(new ScanCommand({ TableName: table }))
  expect(Items).toEqual([])
})

test('every row expires', async () => {
  const { connections, table } = await opened()
  await connections.begin({ connectionId: 'a', sourceIp: '192.0.2.1', connectedAtMs: CONTRACT_NOW_MS })
  await connections.bind('a', { account: 'alice', operator: false, keyName: 'desk' }, true)
  await connections.follow('a', [{ channel: 'ticker', symbol: 'BTCUSD' }], 10)
  await connections.remember('a', [{ orderId: 'o' }])
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }))
  expect(Items).toHaveLength(6)
  for (const { expiresAtSeconds } of Items) {
    expect(Number(expiresAtSeconds.N)).toBe(CONTRACT_NOW_MS / 1_000 + 3 * 3_600)
  }
})

test('a follower whose connection is gone is removed under its topic', async () => {
  const { connections, table } = await opened()
  await connections.begin({ connectionId: 'a', sourceIp: '192.0.2.1', connectedAtMs: CONTRACT_NOW_MS })
  const topic = { channel: 'ticker', symbol: 'BTCUSD' } as const
  await connections.follow('a', [topic], 10)
  // As after a function that ended between its writes.
  await client.send(new DeleteItemCommand({ TableName: table, Key: connectionKey('a') }))
  await connections.end('a')
  expect(await connections.followersOfSymbol('BTCUSD')).toHaveLength(1)
  await connections.end('a', [topic])
  expect(await connections.followersOfSymbol('BTCUSD')).toEqual([])
})

test('a topic that is followed again while it ends has its follower', async () => {
  const { connections, table } = await opened()
  await connections.begin({ connectionId: 'a', sourceIp: '192.0.2.1', connectedAtMs: CONTRACT_NOW_MS })
  const topic = { channel: 'ticker', symbol: 'BTCUSD' } as const
  await connections.follow('a', [topic], 10)
  const again = interrupted(table, CONTRACT_LIMITS, 'DeleteRequest', () => connections.follow('a', [topic], 10))
  await again.unfollow('a', [topic])
  expect((await connections.read('a'))?.topics).toEqual([topic])
  expect(await connections.followersOfSymbol('BTCUSD')).toEqual([{ connectionId: 'a', topic }])
})

test('a topic that ends while it is followed again has no follower', async () => {
  const { connections, table } = await opened()
  await connections.begin({ connectionId: 'a', sourceIp: '192.0.2.1', connectedAtMs: CONTRACT_NOW_MS })
  const topic = { channel: 'ticker', symbol: 'BTCUSD' } as const
  const again = interrupted(table, CONTRACT_LIMITS, 'PutRequest', () => connections.unfollow('a', [topic]))
  await again.follow('a', [topic], 10)
  expect((await connections.read('a'))?.topics).toEqual([])
  expect(await connections.followersOfSymbol('BTCUSD')).toEqual([])
})

test('a key that is refused takes nothing from the key that was accepted meanwhile', async () => {
  const { connections, table } = await opened()
  await connections.begin({ connectionId: 'a', sourceIp: '192.0.2.1', connectedAtMs: CONTRACT_NOW_MS })
  const holder = { account: 'alice', operator: false, keyName: 'desk' }
  const full = interrupted(table, { perAddress: 3, perAccount: 0 }, 'DeleteRequest', () =>
    connections.bind('a', holder, true),
  )
  expect(await full.bind('a', { ...holder, account: 'bob' }, true)).toBe('too_many')
  expect(await connections.read('a')).toMatchObject({ holder, cancelOnDisconnect: true })
  expect(await connections.canceling()).toEqual(['a'])
})
