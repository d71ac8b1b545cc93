/**
 * Records that only a newer program can read. The newer program of these tests is the present one, for which the field
 * `newerField` is removed before it reads: from the batches, from what was kept, and from the stream.
 */

import { describe, expect, test } from 'vitest'
import type { RawRecord, ShardRecord } from '../../src/ports/record-stream.ts'
import type { ShardMatcherOptions } from '../../src/shard/shard-matcher.ts'
import { memoryKeptRecords, memoryStates } from './memory-parking.ts'
import { memoryStream } from './memory-stream.ts'
import { place, SHARD, ShardWorld } from './shard-world.ts'

const OPTIONS = { shardId: SHARD }
const FIELD = ',"newerField":1'
const eth = (id: string) => place(id, { symbol: 'ETHUSD' })
const newer = (id: string, more: object = {}) => place(id, { ...more, newerField: 1 })
const sell = place('s', { account: 'bob', side: 'SELL', quantity: '2' })

const readAsNewer = <R extends RawRecord>(record: R): R => ({
  ...record,
  bytes: Buffer.from(Buffer.from(record.bytes).toString().replaceAll(FIELD, '')),
})

/** A new process of the newer program. */
function startNewer(world: ShardWorld, changes: Partial<ShardMatcherOptions> = {}) {
  const kept = memoryKeptRecords(world.parked)
  const read: typeof kept.read = async function* (symbol, after) {
    for await (const records of kept.read(symbol, after)) yield records.map(readAsNewer)
  }
  const matcher = world.startFull({
    parking: { states: memoryStates(world.parked, world.published), kept: { ...kept, read } },
    stream: memoryStream(() => [{ name: SHARD, records: world.records.map(readAsNewer) }]),
    ...changes,
  })
  return (records: readonly ShardRecord[]) => matcher.processBatch(records.map(readAsNewer), OPTIONS)
}

/** Each line in a batch of its own, by a new process each. */
async function run(world: ShardWorld, lines: readonly (object | string)[]) {
  for (const line of lines) await world.startFull().processBatch([world.append([line])], OPTIONS)
}

const heartbeat = (world: ShardWorld) => world.append(['{"kind":"AdvanceTime","symbol":"BTCUSD"}'])

describe('a record that only a newer program can read', () => {
  test('puts its symbol aside, and the others of the shard trade on', async () => {
    const world = new ShardWorld()
    const records = [
      world.append([place('a')]),
      world.append([newer('n')]),
      world.append([eth('e')], 0, 'ETHUSD'),
      world.append([place('b')]),
    ]
    const result = await world.startFull().processBatch(records, OPTIONS)
    expect(result.firstFailure).toBeUndefined()
    expect(result.failures).toEqual([])
    expect(result.waiting).toMatchObject([{ symbol: 'BTCUSD', cause: { what: 'field', unknown: 'newerField' } }])
    expect(['a', 'n', 'b', 'e'].map((id) => world.order(id)?.status)).toEqual(['NEW', undefined, undefined, 'NEW'])
    expect(world.published.states.get('BTCUSD')).toMatchObject({
      kind: 'recovering',
      reason: 'UnknownCommand: unknown field "newerField"',
      position: records[1].position,
      keptThrough: records[3].position,
    })
    expect([...world.parked.suspended]).toEqual(['BTCUSD'])
    expect(world.counts).toMatchObject({ waiting: 1 })
    expect(world.letters).toEqual([])
  })

  test.each(['{"kind":"OpenAuction","symbol":"BTCUSD"}', '{"kind":"ChangePhase","symbol":"BTCUSD","phase":"NEWER"}'])(
    'is %s too',
    async (line) => {
      const world = new ShardWorld()
      const result = await world.startFull().processBatch([world.append([place('a'), line])], OPTIONS)
      expect(result.failures).toEqual([])
      expect(world.published.states.get('BTCUSD')?.kind).toBe('recovering')
    },
  )

  test('is matched with what follows when that program runs, as if it had been readable from the start', async () => {
    const lines = [place('a'), newer('n', { price: '101' }), place('b', { price: '102' }), sell, newer('m'), place('c')]
    const world = new ShardWorld()
    // Each process is a new one: what is kept outlives it.
    await run(world, lines)
    expect(world.order('b')).toBeUndefined()
    const result = await startNewer(world)([heartbeat(world)])
    expect(result).toEqual({ failures: [] })

    const expected = new ShardWorld()
    for (const line of lines) await startNewer(expected)([expected.append([line])])
    await startNewer(expected)([heartbeat(expected)])
    expect(world.published.orders).toEqual(expected.published.orders)
    expect(world.published.marks).toEqual(expected.published.marks)
    expect(world.order('s', 'bob')?.status).toBe('FILLED')
    expect([world.published.states.size, world.parked.suspended.size]).toEqual([0, 0])
    expect(world.parked.kept.get('BTCUSD')?.size).toBe(0)
    expect(world.published.faults).toEqual([])
  })

  test('outlives the cache and the retention of the stream', async () => {
    const world = new ShardWorld()
    await run(world, [place('a'), newer('n'), place('b')])
    world.cacheState.books.clear()
    const last = heartbeat(world)
    const stream = memoryStream(() => [{ name: SHARD, records: [last] }])
    const matched = await startNewer(world, { stream, gaps: undefined as never })([last])
    expect(matched).toEqual({ failures: [] })
    expect(['a', 'n', 'b'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4])
  })

  test('says once that it waits, and each process makes order entry refuse the orders', async () => {
    const world = new ShardWorld()
    await run(world, [place('a'), newer('n')])
    world.parked.suspended.clear()
    const result = await world.startFull().processBatch([world.append([place('b')])], OPTIONS)
    expect(result).toEqual({ failures: [] })
    expect([...world.parked.suspended]).toEqual(['BTCUSD'])
  })

  test('makes order entry refuse the orders again if an older program runs once more', async () => {
    const world = new ShardWorld()
    const older = world.startFull()
    for (const id of ['n', 'm']) {
      await older.processBatch([world.append([newer(id)])], OPTIONS)
      expect([...world.parked.suspended]).toEqual(['BTCUSD'])
      await startNewer(world)([heartbeat(world)])
      expect(world.parked.suspended.size).toBe(0)
    }
    expect(['n', 'm'].map((id) => world.order(id)?.status)).toEqual(['NEW', 'NEW'])
  })

  test('may be the book: its symbol waits too', async () => {
    const world = new ShardWorld()
    await run(world, [place('a')])
    const load: typeof world.cache.load = async (symbol) => {
      const found = await world.cache.load(symbol)
      return symbol === 'BTCUSD' && found !== undefined ? { ...found, format: 99 } : found
    }
    const records = [world.append([place('b')]), world.append([eth('e')], 0, 'ETHUSD')]
    const result = await world.startFull({ cache: { ...world.cache, load } }).processBatch(records, OPTIONS)
    expect(result).toMatchObject({ failures: [], waiting: [{ symbol: 'BTCUSD', cause: { name: 'UnknownVersion' } }] })
    expect(world.order('e')?.status).toBe('NEW')
    await startNewer(world)([heartbeat(world)])
    expect(world.order('b')?.status).toBe('NEW')
    expect([world.published.states.size, world.parked.suspended.size]).toEqual([0, 0])
  })

  test('does not leave a symbol suspended that a newer process has continued meanwhile', async () => {
    const world = new ShardWorld()
    await run(world, [place('a')])
    const states = memoryStates(world.parked, world.published)
    const suspend: typeof states.suspend = async (symbol, suspended) => {
      if (suspended) await startNewer(world)([heartbeat(world)])
      await states.suspend(symbol, suspended)
    }
    const late = world.startFull({ parking: { states: { ...states, suspend }, kept: memoryKeptRecords(world.parked) } })
    expect((await late.processBatch([world.append([newer('n')])], OPTIONS)).failures).toEqual([])
    expect(world.order('n')?.status).toBe('NEW')
    expect([world.published.states.size, world.parked.suspended.size]).toEqual([0, 0])
  })
})

describe('the shard stops at an unknown record', () => {
  test.each([
    ['that names no symbol', '{"kind":"HaltEverything"}'],
    ['whose symbol is no text', '{"kind":"HaltEverything","symbol":7}'],
    ['of newer rules, which every symbol adopts', '{"kind":"AdoptRules","symbol":"BTCUSD","rules":99}'],
    ['of newer rules with an unknown field', '{"kind":"AdoptRules","symbol":"BTCUSD","rules":2,"newerField":1}'],
  ])('%s', async (_what, line) => {
    const world = new ShardWorld()
    const record = world.append([place('a'), line])
    const result = await world.startFull().processBatch([record], OPTIONS)
    expect(result.firstFailure).toBe(record.position)
    expect(result.failures).toMatchObject([{ symbol: 'BTCUSD', cause: { name: 'UnknownCommand' } }])
    expect([world.published.states.size, world.parked.suspended.size, world.letters.length]).toEqual([0, 0, 0])
  })

  test('of an order before its instrument, which no program can match', async () => {
    const world = new ShardWorld()
    world.append([])
    const record = { ...world.append([place('a')]), position: world.records[0].position }
    const { firstFailure } = await world.startFull({ gaps: undefined as never }).processBatch([record], OPTIONS)
    expect(firstFailure).toBe(record.position)
    expect(world.published.states.size).toBe(0)
  })
})
