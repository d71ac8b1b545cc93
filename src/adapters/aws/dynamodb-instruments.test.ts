/** Instruments in DynamoDB, against an emulator: what is written, counted, followed and sent once. */

import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listedInstrument } from '../../../test/contracts/sample-records.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import { createTables } from '../../entrypoints/aws-local/resources.ts'
import { inParallel } from '../../ports/in-parallel.ts'
import type { DefineInstrument } from '../../protocol/command/operator-commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { InstrumentText } from '../../protocol/instrument/instrument.ts'
import { InstrumentDirectory, type ListedInstrument } from '../../protocol/instrument/instrument-directory.ts'
import { ticks } from '../../protocol/units.ts'
import { RULES_NEWEST } from '../../protocol/versions.ts'
import { DynamoInstruments } from './dynamodb-instruments.ts'
import { FollowedInstruments } from './followed-instruments.ts'
import { InstrumentSeed, seedRow } from './instrument-seed.ts'
import { TABLES } from './resources.ts'

const TERMS = { base: 'A', quote: 'B', tickSize: '0.01', lotSize: '0.1' }
/** As Terraform writes them: an absent bound is null. */
const termsWithNulls = (symbol: string) =>
  ({ ...termsOf(symbol), minQuantity: null, maxQuantity: null }) as unknown as ReturnType<typeof termsOf>

const termsOf = (symbol: string): InstrumentText => ({ symbol, ...TERMS })

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
let run = 0
let calls: string[] = []

beforeAll(async () => {
  server = await startDynamo()
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  client = new DynamoDBClient({ endpoint: server.url, region: 'local', credentials, maxAttempts: 1 })
  client.middlewareStack.add(
    (next, context) => async (args) => {
      calls.push(String(context.commandName))
      return next(args)
    },
    { step: 'initialize' },
  )
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

async function open(rowsPerRead?: number) {
  const name = `Instruments-${++run}`
  await createTables(client, [{ ...TABLES.instruments, name }])
  const instruments = new DynamoInstruments(client, name, rowsPerRead)
  let nowMs = 0
  const warnings: string[] = []
  const followed = new FollowedInstruments(
    instruments,
    () => nowMs,
    (message) => void warnings.push(message),
  )
  const later = async (ms: number) => {
    nowMs += ms
    calls = []
    await followed.refresh()
  }
  return { name, instruments, followed, later, warnings }
}

describe('an instrument', () => {
  const full: ListedInstrument = listedInstrument(
    { ...termsOf('AAA'), minQuantity: '0.5', maxQuantity: '1000' },
    { phase: 'HALTED', closed: true, bandLow: ticks(5), bandHigh: ticks(2_000), rules: 1 },
  )

  test('comes back as it was written, with and without what it may lack', async () => {
    const { instruments } = await open()
    const plain = listedInstrument(termsOf('BBB'))
    await instruments.publish(full, 1)
    await instruments.publish(plain, 1)
    expect(await instruments.all()).toEqual([full, plain])
  })

  test('loses what a later event has taken away', async () => {
    const { instruments } = await open()
    await instruments.publish(full, 1)
    const plain = listedInstrument(termsOf('AAA'))
    await instruments.publish(plain, 2)
    expect(await instruments.all()).toEqual([plain])
  })

  test('is not replaced by an earlier event, nor counted less', async () => {
    const { instruments } = await open()
    await instruments.publish(full, 7)
    await instruments.publish(listedInstrument(termsOf('AAA')), 6)
    expect(await instruments.all()).toEqual([full])
    expect(await instruments.changes()).toBe(2)
  })

  test('is counted by the attempt that comes after one that wrote it and failed', async () => {
    const { instruments } = await open()
    await instruments.publish(full, 1)
    const before = await instruments.changes()
    await instruments.publish(full, 1)
    expect(await instruments.changes()).toBeGreaterThan(before)
  })
})

test('no change is lost where many symbols change at once', async () => {
  const { instruments, followed, later } = await open()
  const symbols = Array.from({ length: 40 }, (_, i) => `S${i}`)
  await later(0)
  const writing = inParallel(symbols, 40, (symbol) => instruments.publish(listedInstrument(termsOf(symbol)), 1))
  // Readers in the midst of it see what they see; what counts is where they end.
  for (let i = 0; i < 10; i++) await later(3_000)
  await writing
  await later(3_000)
  expect([...followed.directory.keys()].sort()).toEqual([...symbols].sort())
  expect(await instruments.changes()).toBe(symbols.length)
})

describe('a directory that is followed', () => {
  test('reads nothing for two seconds, then one counter, and all only after a change', async () => {
    const { instruments, followed, later } = await open()
    await instruments.publish(listedInstrument(termsOf('AAA')), 1)
    await later(0)
    expect(calls).toEqual(['GetItemCommand', 'QueryCommand'])
    await later(1_999)
    expect(calls).toEqual([])
    await later(1)
    expect(calls).toEqual(['GetItemCommand'])
    await instruments.publish(listedInstrument(termsOf('AAA'), { phase: 'HALTED' }), 2)
    await later(2_000)
    expect(calls).toEqual(['GetItemCommand', 'QueryCommand'])
    expect(followed.directory.get('AAA')?.phase).toBe('HALTED')
  })

  test('has a row that was written between the counter and the rows, and the counter that came later', async () => {
    const { instruments } = await open()
    await instruments.publish(listedInstrument(termsOf('AAA')), 1)
    let nowMs = 0
    let late: (() => Promise<void>) | undefined = () => instruments.publish(listedInstrument(termsOf('BBB')), 1)
    const source = {
      changes: async () => {
        const changes = await instruments.changes()
        await late?.()
        late = undefined
        return changes
      },
      all: () => instruments.all(),
    }
    const followed = new FollowedInstruments(
      source,
      () => nowMs,
      () => {},
    )
    await followed.refresh()
    await instruments.publish(listedInstrument(termsOf('BBB'), { closed: true }), 2)
    nowMs += 2_000
    await followed.refresh()
    expect(followed.directory.get('BBB')?.closed).toBe(true)
  })

  test('goes on with what it has when the table is away, and fails when it has nothing', async () => {
    const { instruments } = await open()
    await instruments.publish(listedInstrument(termsOf('AAA')), 1)
    let away = true
    let nowMs = 0
    const failing = <T>(read: () => Promise<T>) => {
      if (away) throw new OperationalFailure('unavailable', 'away', { retryable: true })
      return read()
    }
    const warnings: string[] = []
    const followed = new FollowedInstruments(
      { changes: async () => failing(() => instruments.changes()), all: () => instruments.all() },
      () => nowMs,
      (message) => void warnings.push(message),
    )
    await expect(followed.refresh()).rejects.toThrow(OperationalFailure)
    away = false
    await followed.refresh()
    away = true
    nowMs += 5_000
    await followed.refresh()
    expect([...followed.directory.keys()]).toEqual(['AAA'])
    expect(warnings).toHaveLength(1)
  })
})

test('an instrument of rules that are not known ends what the program answers', async () => {
  const { instruments, followed, later } = await open()
  await instruments.publish(listedInstrument(termsOf('AAA')), 1)
  await later(0)
  await instruments.publish(listedInstrument(termsOf('AAA'), { rules: RULES_NEWEST + 1 }), 2)
  await expect(later(2_000)).rejects.toThrow('the instrument AAA has version 3; this program supports versions 1 to 2.')
  await expect(followed.refresh()).rejects.toThrow(OperationalFailure)
})

test('a thousand instruments are small rows in a few pages', async () => {
  const { name, instruments, followed, later } = await open(300)
  const symbols = Array.from({ length: 1_000 }, (_, i) => `SYM${String(i).padStart(4, '0')}.LONG-NAME`)
  const band = { bandLow: ticks(1_000), bandHigh: ticks(2_000_000) }
  await inParallel(symbols, 32, (symbol) => instruments.publish(listedInstrument(termsOf(symbol), band), 1))
  await later(0)
  expect([...followed.directory.keys()].sort()).toEqual(symbols)
  expect(calls.filter((call) => call === 'QueryCommand')).toHaveLength(4)
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name, Limit: 100 }))
  for (const item of Items) expect(JSON.stringify(item).length).toBeLessThan(500)
  await instruments.publish(listedInstrument(termsOf(symbols[999]), { closed: true }), 2)
  await later(2_000)
  expect(followed.directory.get(symbols[999])?.closed).toBe(true)
})

describe('the seed of a new exchange', () => {
  async function seeded(symbols: readonly string[]) {
    const { name } = await open()
    await client.send(new PutItemCommand({ TableName: name, Item: seedRow(symbols.map(termsWithNulls)) }))
    const sent: string[] = []
    const send = async (definitions: readonly DefineInstrument[]) =>
      void sent.push(...definitions.map(({ symbol }) => symbol))
    return { name, sent, send }
  }

  test('is sent once, whichever instance asks', async () => {
    const { name, sent, send } = await seeded(['AAA', 'BBB'])
    const one = new InstrumentSeed(client, name)
    await one.sow(new InstrumentDirectory(), send, 1)
    await one.sow(new InstrumentDirectory(), send, 2)
    await new InstrumentSeed(client, name).sow(new InstrumentDirectory(), send, 3)
    expect(sent).toEqual(['AAA', 'BBB'])
  })

  test('of which a part was sent goes on with the rest', async () => {
    const { name, sent, send } = await seeded(['AAA', 'BBB'])
    const seed = new InstrumentSeed(client, name)
    const broken = async () => {
      throw new OperationalFailure('overloaded', 'busy', { retryable: true })
    }
    await expect(seed.sow(new InstrumentDirectory(), broken, 1)).rejects.toThrow(OperationalFailure)
    const directory = new InstrumentDirectory([['AAA', listedInstrument(termsOf('AAA'))]])
    await seed.sow(directory, send, 2)
    expect(sent).toEqual(['BBB'])
  })

  test('that is not there is waited for', async () => {
    const { name } = await open()
    const seed = new InstrumentSeed(client, name)
    const sent: unknown[] = []
    await seed.sow(new InstrumentDirectory(), async (definitions) => void sent.push(definitions), 1)
    await client.send(new PutItemCommand({ TableName: name, Item: seedRow([termsOf('AAA')]) }))
    await seed.sow(new InstrumentDirectory(), async (definitions) => void sent.push(definitions), 2)
    expect(sent).toHaveLength(1)
  })

  test('with an instrument that is none is sent not at all', async () => {
    const { name } = await open()
    const bad = [termsOf('AAA'), { ...termsOf('BBB'), tickSize: '0' }]
    await client.send(new PutItemCommand({ TableName: name, Item: seedRow(bad) }))
    const sent: unknown[] = []
    const sow = new InstrumentSeed(client, name).sow(new InstrumentDirectory(), async (each) => void sent.push(each), 1)
    await expect(sow).rejects.toThrow(RangeError)
    expect(sent).toEqual([])
  })
})
