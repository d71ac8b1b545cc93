import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listedInstrument } from '../../../test/contracts/sample-records.ts'
import { shardCursorsContract } from '../../../test/contracts/shard-cursors.contract.ts'
import { symbolStatesContract } from '../../../test/contracts/symbol-states.contract.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import { createTables } from '../../entrypoints/aws-local/resources.ts'
import { DynamoCursors } from './dynamodb-cursors.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoSymbolStates } from './dynamodb-symbol-states.ts'
import { TABLES } from './resources.ts'

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
let run = 0

beforeAll(async () => {
  server = await startDynamo()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new DynamoDBClient({ endpoint: server.url, region: 'local', credentials, maxAttempts: 1 })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

async function open() {
  const suffix = `-${++run}`
  const tables = { positions: TABLES.positions.name + suffix, instruments: TABLES.instruments.name + suffix }
  await createTables(client, [
    { ...TABLES.positions, name: tables.positions },
    { ...TABLES.instruments, name: tables.instruments },
  ])
  const marks = new DynamoMarks(client, tables.positions)
  return {
    marks,
    states: new DynamoSymbolStates(client, tables),
    cursors: new DynamoCursors(client, tables.positions),
    instruments: new DynamoInstruments(client, tables.instruments),
    mark: (symbol: string) => marks.mark(symbol),
    advance: (symbol: string, position: string) => marks.advance(symbol, { position, eventNumber: 1, tradeNumber: 0 }),
  }
}

symbolStatesContract(open)
shardCursorsContract(async () => (await open()).cursors)

describe('beside the marks', () => {
  test('the rows of many symbols are read at once', async () => {
    const { marks, advance, states } = await open()
    await advance('AAA', '1')
    await advance('BBB', '2')
    await states.snapshotSaved('BBB', { position: '2', shardBytes: 5 })
    const rows = await marks.marks(['AAA', 'BBB', 'CCC'])
    expect([...rows.keys()].sort()).toEqual(['AAA', 'BBB'])
    expect(rows.get('BBB')).toMatchObject({ position: '2', snapshot: { position: '2', shardBytes: 5 } })
  })

  test('a suspended instrument is shown as such, and a change of it does not end that', async () => {
    const { states, instruments } = await open()
    const instrument = listedInstrument({ symbol: 'AAA', base: 'A', quote: 'B', tickSize: '0.01', lotSize: '1' })
    // A symbol that failed at its first record has no row, and gets none.
    await states.suspend('AAA', true)
    expect(await instruments.all()).toEqual([])
    await instruments.publish(instrument, 1)
    const before = await instruments.changes()
    await states.suspend('AAA', true)
    expect(await instruments.changes()).toBe(before + 1)
    await instruments.publish(instrument, 2)
    expect((await instruments.all())[0].suspended).toBe(true)
    await states.suspend('AAA', false)
    expect((await instruments.all())[0]).not.toHaveProperty('suspended')
  })
})
