/** The operator's command for parked symbols, against an emulator of DynamoDB. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DynamoCursors } from '../../src/adapters/aws/dynamodb-cursors.ts'
import { DynamoMarks } from '../../src/adapters/aws/dynamodb-marks.ts'
import { DynamoSymbolStates } from '../../src/adapters/aws/dynamodb-symbol-states.ts'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { startDynamo } from '../../src/entrypoints/aws-local/emulators.ts'
import { createTables } from '../../src/entrypoints/aws-local/resources.ts'
import type { SymbolState } from '../../src/ports/symbol-states.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/infra-parked-symbols.mjs', import.meta.url))
const TABLE = TABLES.positions.name

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
let states: DynamoSymbolStates
let marks: DynamoMarks

beforeAll(async () => {
  server = await startDynamo()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new DynamoDBClient({ endpoint: server.url, region: 'local', credentials, maxAttempts: 1 })
  await createTables(client)
  states = new DynamoSymbolStates(client, { positions: TABLE, instruments: TABLES.instruments.name })
  marks = new DynamoMarks(client, TABLE)
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

/** Returns what the command prints. Rejects if it fails. */
async function parked(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', SCRIPT, ...args], {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_DYNAMODB: server.url,
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  })
  return stdout
}

const park = (symbol: string, kind: SymbolState['kind'] = 'parked') =>
  states.enter(symbol, { kind, reason: 'why', position: '3', sinceMs: 0, keptThrough: '7' }, undefined)

test('lists the symbols that wait, and resumes them', async () => {
  await new DynamoCursors(client, TABLE).advance('shard-1', '5', 1)
  expect(await parked()).toBe('')
  for (const symbol of ['AAA', 'BBB', 'CCC']) await park(symbol)
  await park('DDD', 'recovering')
  const lines = (await parked()).split('\n')
  expect(lines.filter((line) => line.startsWith('AAA'))).toEqual(['AAA parked since 1970-01-01T00:00:00.000Z'])
  expect(lines).toContain('DDD recovering since 1970-01-01T00:00:00.000Z')
  expect(lines).toContain('  kept 3 to 7')

  expect(await parked('--resume', 'AAA')).toContain('AAA goes on')
  expect((await marks.mark('AAA'))?.state).toMatchObject({ kind: 'recovering', keptThrough: '7' })
  expect((await marks.mark('BBB'))?.state?.kind).toBe('parked')
  await expect(parked('--resume', 'AAA')).rejects.toThrow('AAA is not parked')

  await parked('--resume', 'all')
  for (const symbol of ['BBB', 'CCC', 'DDD']) expect((await marks.mark(symbol))?.state?.kind).toBe('recovering')
}, 30_000)

test('accepts a loss only if it is told to', async () => {
  await new DynamoCursors(client, TABLE).lose('shard-1', '6')
  await park('EEE')
  await parked('--resume', 'EEE')
  expect(await marks.mark('EEE')).not.toHaveProperty('acceptedLoss')
  await park('FFF')
  await parked('--resume', 'FFF', '--accept-loss')
  expect(await marks.mark('FFF')).toMatchObject({ acceptedLoss: '6', state: { kind: 'recovering' } })
}, 30_000)
