import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listedInstrument } from '../../../test/contracts/sample-records.ts'
import { shardCursorsContract } from '../../../test/contracts/shard-cursors.contract.ts'
import { symbolStatesContract } from '../../../test/contracts/symbol-states.contract.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import { createTables } from '../../entrypoints/aws-local/resources.ts'
import type { Schedule } from '../../ports/publisher.ts'
import { DynamoCursors } from './dynamodb-cursors.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import { DynamoMarks } from './dynamodb-marks.ts'
import { DynamoPlaces } from './dynamodb-places.ts'
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
    places: new DynamoPlaces(client, tables.positions),
    table: tables.positions,
    advance: (symbol: string, position: string, schedule: Schedule = { recordAtMs: 5 }) =>
      marks.advance(symbol, { position, eventNumber: 1, tradeNumber: 0 }, schedule),
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

  test('a reader notes that it found no book, at the mark of a symbol that has one', async () => {
    const { advance, marks, mark } = await open()
    await marks.want('AAA', 7)
    expect(await mark('AAA')).toBeUndefined()
    await advance('AAA', '1')
    expect((await mark('AAA'))?.wantedAtMs).toBeUndefined()
    await marks.want('AAA', 8)
    await advance('AAA', '2')
    expect(await mark('AAA')).toMatchObject({ position: '2', wantedAtMs: 8 })
  })

  test('all rows are read, those of shards apart', async () => {
    const { places, advance, states, cursors, mark } = await open()
    // More than the megabyte of one page.
    const reason = 'x'.repeat(100_000)
    for (const symbol of Array.from({ length: 15 }, (_, i) => `S${i}`)) {
      await advance(symbol, '1')
      const kept = { kind: 'parked', reason, position: '2', sinceMs: 0, keptThrough: '2' } as const
      await states.enter(symbol, kept, await mark(symbol))
    }
    await cursors.advance('shard-1', '5', 100)
    await cursors.advance('shard-2', '', 50)
    const { marks, shardBytes } = await places.read()
    expect(marks.size).toBe(15)
    expect(marks.get('S3')).toEqual(await mark('S3'))
    expect([...shardBytes].sort()).toEqual([
      ['shard-1', 100],
      ['shard-2', 50],
    ])
  })

  test('a row that a program without schedules wrote or moved has no schedule', async () => {
    const { marks, advance, table } = await open()
    const moveOld = async (position: string, eventNumber: number) =>
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { symbol: { S: 'AAA' } },
          UpdateExpression: 'SET #position=:position,#eventNumber=:eventNumber,#tradeNumber=:tradeNumber',
          ExpressionAttributeNames: {
            '#position': 'position',
            '#eventNumber': 'eventNumber',
            '#tradeNumber': 'tradeNumber',
          },
          ExpressionAttributeValues: {
            ':position': { S: position },
            ':eventNumber': { N: String(eventNumber) },
            ':tradeNumber': { N: '0' },
          },
        }),
      )
    await moveOld('1', 1)
    expect(await marks.mark('AAA')).toEqual({ position: '1', eventNumber: 1, tradeNumber: 0 })
    await advance('AAA', '2', { recordAtMs: 7, nextExpiryMs: 9 })
    expect((await marks.mark('AAA'))?.schedule).toEqual({ recordAtMs: 7, nextExpiryMs: 9 })
    // Without an event, the expiries are the same.
    await moveOld('3', 1)
    expect((await marks.mark('AAA'))?.schedule).toEqual({ recordAtMs: 7, nextExpiryMs: 9 })
    await moveOld('4', 2)
    expect(await marks.mark('AAA')).toEqual({ position: '4', eventNumber: 2, tradeNumber: 0 })
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
