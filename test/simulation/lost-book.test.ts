/** A symbol whose book is being rebuilt, and what it leaves to the others of its shard. */

import { describe, expect, test } from 'vitest'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import { memoryStream } from './memory-stream.ts'
import { place, SHARD, ShardWorld } from './shard-world.ts'

const OPTIONS = { shardId: SHARD }
const eth = (id: string) => place(id, { symbol: 'ETHUSD' })

describe('a lost book', () => {
  /** A stream of which a rebuild gets nothing before `ready`. */
  function slowStream(world: ShardWorld, clock: { nowMs: number; ready: boolean }) {
    const stream = memoryStream(() => [{ name: SHARD, records: world.records }])
    return {
      ...stream,
      async *read(symbols: readonly string[], after: string, upTo: string) {
        while (!clock.ready) {
          clock.nowMs += 3_000
          yield { records: [], symbols, through: '' }
        }
        yield* stream.read(symbols, after, upTo)
      },
    }
  }

  async function lostWorld() {
    const world = new ShardWorld()
    const clock = { nowMs: 1_800_000_000_000, ready: false }
    const start = () => world.startFull({ stream: slowStream(world, clock), nowMs: () => clock.nowMs })
    const first: ShardRecord[] = [world.append([place('a')]), world.append([eth('e')], 0, 'ETHUSD')]
    await start().processBatch(first, OPTIONS)
    return { world, clock, start }
  }

  test('does not stop the others: its records are kept until it is rebuilt', async () => {
    const { world, clock, start } = await lostWorld()
    world.cacheState.books.delete('BTCUSD')
    const batch = [world.append([place('b')]), world.append([eth('f')], 0, 'ETHUSD')]
    expect(await start().processBatch(batch, OPTIONS)).toEqual({ failures: [] })
    expect(world.published.states.get('BTCUSD')?.kind).toBe('recovering')
    expect(world.order('f')?.status).toBe('NEW')
    // Order entry goes on accepting its orders.
    expect(world.parked.suspended.size).toBe(0)
    clock.ready = true
    expect(await start().processBatch([world.append([place('c')])], OPTIONS)).toEqual({ failures: [] })
    expect(['a', 'b', 'c'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4])
    expect(world.published.states.size).toBe(0)
  })

  test('if all books are lost, the batch waits and nothing is kept', async () => {
    const { world, clock, start } = await lostWorld()
    world.cacheState.books.clear()
    const batch = [world.append([place('b')]), world.append([eth('f')], 0, 'ETHUSD')]
    const before = clock.nowMs
    const deadlineMs = clock.nowMs + 20_000
    const result = await start().processBatch(batch, { ...OPTIONS, deadlineMs })
    expect(result.firstFailure).toBe(batch[0].position)
    expect(clock.nowMs).toBeLessThan(before + 20_000)
    expect(world.parked.kept.size).toBe(0)
    expect(world.published.states.size).toBe(0)
    clock.ready = true
    expect(await start().processBatch(batch, OPTIONS)).toEqual({ failures: [] })
    expect(['b', 'f'].map((id) => world.order(id)?.firstEvent)).toEqual([3, 3])
  })

  test('a rebuild continues in the same process, and in another one from a snapshot', async () => {
    const world = new ShardWorld()
    const clock = { nowMs: 1_800_000_000_000 }
    let pages = 0
    const plain = memoryStream(() => [{ name: SHARD, records: world.records }])
    const stream = {
      ...plain,
      async *read(symbols: readonly string[], after: string, upTo: string) {
        for await (const page of plain.read(symbols, after, upTo)) {
          pages++
          clock.nowMs += 15_000
          yield page
        }
      },
    }
    const start = () => world.startFull({ stream, nowMs: () => clock.nowMs })
    const ids = Array.from({ length: 30 }, (_, i) => `o${i}`)
    for (const id of ids) await start().processBatch([world.append([place(id)])], OPTIONS)
    world.cacheState.books.clear()
    world.snapshots.length = 0
    world.published.snapshots.clear()
    const batch = [world.append([place('last')])]
    pages = 0
    const matcher = start()
    let invocations = 1
    while (
      (await matcher.processBatch(batch, { ...OPTIONS, deadlineMs: clock.nowMs + 60_000 })).firstFailure !== undefined
    )
      expect(++invocations).toBeLessThan(12)
    expect(pages).toBe(10)
    // The same with a new process for each invocation: some pages are read again, but it comes to an end.
    world.cacheState.books.clear()
    world.snapshots.length = 0
    world.published.snapshots.clear()
    const next = [world.append([place('next')])]
    invocations = 1
    while (
      (await start().processBatch(next, { ...OPTIONS, deadlineMs: clock.nowMs + 60_000 })).firstFailure !== undefined
    )
      expect(++invocations).toBeLessThan(12)
    expect(world.order('next')?.firstEvent).toBe(33)
    expect(world.published.faults).toEqual([])
  })
})

describe('a base in the cache that is', () => {
  const garbage: Record<string, (base: Uint8Array, other: Uint8Array) => Uint8Array> = {
    empty: () => new Uint8Array(0),
    'cut off': (base) => base.subarray(0, base.length >> 1),
    'cut off in its header': (base) => base.subarray(0, 20),
    'no snapshot': () => Buffer.from('{"kind":"PlaceOrder"}'),
    zeros: (base) => new Uint8Array(base.length),
    'of a damaged header': (base) => Buffer.from(base).fill('x', 4, 12),
    'of a damaged book': (base) => Buffer.from(base).fill(0xff, base.length >> 1),
    'of another symbol': (_, other) => other,
  }

  test.each(Object.entries(garbage))('%s is made again from snapshot and stream', async (_, damage) => {
    const world = new ShardWorld()
    const start = () => world.startFull()
    const first = [world.append([place('a')]), world.append([eth('e')], 0, 'ETHUSD')]
    await start().processBatch(first, OPTIONS)
    const later = [world.append([place('b')], 16 * 60_000), world.append([eth('f')], 0, 'ETHUSD')]
    await start().processBatch(later, OPTIONS)
    const held = world.cacheState.books.get('BTCUSD')
    const other = world.cacheState.books.get('ETHUSD')?.base
    if (held?.base === undefined || other === undefined) throw new Error('no base was made')
    world.cacheState.books.set('BTCUSD', { ...held, base: damage(held.base, other) })
    expect(await start().processBatch([world.append([place('c')])], OPTIONS)).toEqual({ failures: [] })
    expect(world.counts.rebuilds).toBe(1)
    expect(['a', 'b', 'c'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4])
    expect(world.published.states.size).toBe(0)
  })

  test('followed by a record on which reading fails is made again too', async () => {
    const world = new ShardWorld()
    await world.startFull().processBatch([world.append([place('a')])], OPTIONS)
    const held = world.cacheState.books.get('BTCUSD')
    if (held === undefined) throw new Error('no book')
    const records = held.records.map((record) => ({ ...record, bytes: undefined as never }))
    world.cacheState.books.set('BTCUSD', { ...held, records })
    expect(await world.startFull().processBatch([world.append([place('b')])], OPTIONS)).toEqual({ failures: [] })
    expect(world.counts.rebuilds).toBe(1)
  })
})
