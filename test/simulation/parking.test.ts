/** A symbol that cannot go on, and what it leaves to the others of its shard. */

import { describe, expect, test } from 'vitest'
import { BrokenInvariant } from '../../src/protocol/assert.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { brokenWorld, resume } from './broken-world.ts'
import { memoryStates } from './memory-parking.ts'
import { memoryStream } from './memory-stream.ts'
import { place, SHARD, ShardWorld } from './shard-world.ts'

const OPTIONS = { shardId: SHARD }
const eth = (id: string) => place(id, { symbol: 'ETHUSD' })

describe('a symbol that cannot go on', () => {
  test('is parked with its records, and the others trade on', async () => {
    const { world, start } = brokenWorld()
    const result = await start().processBatch(
      [world.append([place('a')]), world.append([eth('e')], 0, 'ETHUSD')],
      OPTIONS,
    )
    expect(result.failures).toEqual([])
    expect(result.parked).toMatchObject([{ symbol: 'BTCUSD', position: world.records[0].position }])
    expect(world.order('e')?.status).toBe('NEW')
    expect(world.order('a')).toBeUndefined()
    expect(world.published.states.get('BTCUSD')).toMatchObject({
      kind: 'parked',
      reason: 'BrokenInvariant: sums differ',
    })
    expect([...world.parked.suspended]).toEqual(['BTCUSD'])
    // Later records are kept, without another attempt.
    const later = await start().processBatch([world.append([place('b')])], OPTIONS)
    expect(later).toEqual({ failures: [] })
    expect(world.counts.parked).toBe(2)
  })

  test('continues with what was kept, in order, after an operator resumed it', async () => {
    const { world, broken, start } = brokenWorld()
    const sell = place('s', { account: 'bob', side: 'SELL' })
    for (const lines of [[place('a')], [place('b', { price: '101' })], [sell]]) {
      await start().processBatch([world.append(lines)], OPTIONS)
    }
    broken.is = false
    resume(world)
    expect(await start().processBatch([world.append([place('c')])], OPTIONS)).toEqual({ failures: [] })
    // The better price traded, and the order that came last is there.
    expect(['a', 'b', 's', 'c'].map((id) => (world.order(id) ?? world.order(id, 'bob'))?.status)).toEqual([
      'NEW',
      'FILLED',
      'FILLED',
      'NEW',
    ])
    expect(world.published.states.size).toBe(0)
    expect(world.parked.suspended.size).toBe(0)
    expect(world.parked.kept.get('BTCUSD')?.size).toBe(0)
  })

  test('is parked again if it was resumed too early, and still loses nothing', async () => {
    const { world, broken, start } = brokenWorld()
    await start().processBatch([world.append([place('a')])], OPTIONS)
    resume(world)
    await start().processBatch([world.append([place('b')])], OPTIONS)
    expect(world.published.states.get('BTCUSD')?.kind).toBe('parked')
    broken.is = false
    resume(world)
    await start().processBatch([world.append([place('c')])], OPTIONS)
    expect(['a', 'b', 'c'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4])
  })

  test('is not parked for a failure that may end by itself', async () => {
    const world = new ShardWorld()
    const publish = async () => {
      throw new OperationalFailure('unavailable', 'not now', { retryable: true })
    }
    const record = world.append([place('a')])
    const failed = await world.startFull({ publisher: { ...world.publisher, publish } }).processBatch([record], OPTIONS)
    expect(failed.firstFailure).toBe(record.position)
    expect(world.published.states.size).toBe(0)
  })

  test('is not parked if only the memory of one process is wrong', async () => {
    const world = new ShardWorld()
    let broken = 1
    const publish: typeof world.publisher.publish = async (publication) => {
      if (broken-- > 0) throw new BrokenInvariant('sums differ')
      return world.publisher.publish(publication)
    }
    const matcher = world.startFull({ publisher: { ...world.publisher, publish } })
    expect(await matcher.processBatch([world.append([place('a')])], OPTIONS)).toEqual({ failures: [] })
    expect(world.order('a')?.status).toBe('NEW')
    expect(world.published.states.size).toBe(0)
  })

  test('keeps a snapshot of what is published, so that it outlives its book and its records in the stream', async () => {
    const { world, broken, start } = brokenWorld()
    broken.is = false
    for (const id of ['a', 'b']) await start().processBatch([world.append([place(id)])], OPTIONS)
    const mark = world.published.marks.get('BTCUSD')
    expect(world.snapshots).toEqual([])
    broken.is = true
    // Its record is in the cache, but not published.
    await start().processBatch([world.append([place('c')])], OPTIONS)
    expect(world.published.states.get('BTCUSD')?.kind).toBe('parked')
    expect(world.published.snapshots.get('BTCUSD')?.position).toBe(mark?.position)
    world.cacheState.books.clear()
    const last = world.append([place('d')])
    const stream = memoryStream(() => [{ name: SHARD, records: [last] }])
    broken.is = false
    resume(world)
    const matcher = world.startFull({ stream, gaps: undefined as never })
    expect(await matcher.processBatch([last], OPTIONS)).toEqual({ failures: [] })
    expect(['a', 'b', 'c', 'd'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4, 5])
  })

  test('is parked without a snapshot if its book or the store of snapshots fails too', async () => {
    const { world, broken, start } = brokenWorld()
    broken.is = false
    await start().processBatch([world.append([place('a')])], OPTIONS)
    broken.is = true
    const save = async () => {
      throw new OperationalFailure('unavailable', 'not now', { retryable: true })
    }
    const publish = async () => {
      throw new BrokenInvariant('sums differ')
    }
    const matcher = world.startFull({
      publisher: { ...world.publisher, publish },
      snapshots: () => ({ save, latest: async () => undefined }),
    })
    await matcher.processBatch([world.append([place('b')])], OPTIONS)
    expect(world.published.states.get('BTCUSD')?.kind).toBe('parked')
    expect(world.counts.failedCheckpoints).toBe(1)
  })

  test('is parked if the stream has deleted records that its book needs', async () => {
    const world = new ShardWorld()
    await world.startFull().processBatch([world.append([place('a')])], OPTIONS)
    world.cacheState.books.clear()
    const later = world.append([place('b')])
    const stream = memoryStream(() => [{ name: SHARD, records: [later] }])
    const matcher = world.startFull({ stream, gaps: undefined as never })
    const { parked, failures } = await matcher.processBatch([later], OPTIONS)
    expect(failures).toEqual([])
    expect(String(parked?.[0].cause)).toContain('StreamTruncated')
  })

  test('a late process cannot put aside a symbol that has gone on', async () => {
    const world = new ShardWorld()
    const states = memoryStates(world.parked, world.published)
    await world.startFull().processBatch([world.append([place('a')])], OPTIONS)
    const seen = await world.publisher.mark('BTCUSD')
    await world.startFull().processBatch([world.append([place('b')])], OPTIONS)
    const state = { kind: 'parked', reason: '', position: '', sinceMs: 0, keptThrough: '' } as const
    expect(await states.enter('BTCUSD', state, seen)).toBe(false)
  })
})
