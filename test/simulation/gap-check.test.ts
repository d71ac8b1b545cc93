/** The service delivers a batch as if nothing were missing before it. The matcher finds what is missing, or stops. */

import { describe, expect, test } from 'vitest'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import { memoryCursors } from './memory-parking.ts'
import { memoryStream } from './memory-stream.ts'
import { place, SHARD, ShardWorld } from './shard-world.ts'

const OPTIONS = { shardId: SHARD }

function clockedWorld() {
  const world = new ShardWorld()
  const clock = { nowMs: 1_800_000_000_000 }
  return { world, clock, start: (changes = {}) => world.startFull({ nowMs: () => clock.nowMs, ...changes }) }
}

describe('a batch that was skipped', () => {
  test('is read from the stream and matched first, by another process', async () => {
    const { world, start } = clockedWorld()
    const [a, , c] = ['a', 'b', 'c'].map((id) => world.append([place(id)]))
    await start().processBatch([a], OPTIONS)
    expect(await start().processBatch([c], OPTIONS)).toEqual({ failures: [] })
    expect(['a', 'b', 'c'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4])
    expect(world.counts.caughtUp).toBe(1)
  })

  test('is found by the process that matched the batch before, one and a half seconds later', async () => {
    const { world, clock, start } = clockedWorld()
    const matcher = start()
    const [a, , c] = ['a', 'b', 'c'].map((id) => world.append([place(id)]))
    await matcher.processBatch([a], OPTIONS)
    clock.nowMs += 1_500
    await matcher.processBatch([c], OPTIONS)
    expect(world.order('b')?.firstEvent).toBe(3)
  })

  test('is found although the process has just matched an older batch again', async () => {
    const { world, clock, start } = clockedWorld()
    const matcher = start()
    const [a, , c] = ['a', 'b', 'c'].map((id) => world.append([place(id)]))
    await matcher.processBatch([a], OPTIONS)
    clock.nowMs += 60_000
    await matcher.processBatch([a], OPTIONS)
    await matcher.processBatch([c], OPTIONS)
    expect(world.order('b')?.firstEvent).toBe(3)
  })

  test('is found by a process whose batch before was matched by another one, with an old cursor', async () => {
    const { world, start } = clockedWorld()
    const [a, b, , d] = ['a', 'b', 'c', 'd'].map((id) => world.append([place(id)]))
    await start().processBatch([a], OPTIONS)
    const cursors = { ...memoryCursors(world.parked), advance: async () => {} }
    await start({ gaps: { cursors, isInOrder: true } }).processBatch([b], OPTIONS)
    const matcher = start()
    await matcher.processBatch([b], OPTIONS)
    await matcher.processBatch([d], OPTIONS)
    expect(['c', 'd'].map((id) => world.order(id)?.firstEvent)).toEqual([4, 5])
  })

  test('is found at once by a process that failed', async () => {
    const { world, start } = clockedWorld()
    let failures = 0
    const publish: typeof world.publisher.publish = async (publication) => {
      if (failures-- > 0) throw Object.assign(new Error('down'), {})
      return world.publisher.publish(publication)
    }
    const matcher = start({ publisher: { ...world.publisher, publish }, parking: undefined })
    const [a, b, c] = ['a', 'b', 'c'].map((id) => world.append([place(id)]))
    await matcher.processBatch([a], OPTIONS)
    failures = 1
    expect((await matcher.processBatch([b], OPTIONS)).firstFailure).toBe(b.position)
    await matcher.processBatch([c], OPTIONS)
    expect(world.order('b')?.firstEvent).toBe(3)
  })

  test('of another symbol is matched too', async () => {
    const { world, start } = clockedWorld()
    const a = world.append([place('a')])
    world.append([place('e', { symbol: 'ETHUSD' })], 0, 'ETHUSD')
    const c = world.append([place('c')])
    await start().processBatch([a], OPTIONS)
    await start().processBatch([c], OPTIONS)
    expect(world.order('e')?.status).toBe('NEW')
  })

  test('that is large is caught up in several invocations', async () => {
    const { world, start } = clockedWorld()
    const padding = ' '.repeat(900_000)
    const records = Array.from({ length: 30 }, (_, i) => world.append([JSON.stringify(place(`o${i}`)) + padding]))
    await start().processBatch([records[0]], OPTIONS)
    const last = [records[29]]
    let invocations = 1
    while ((await start().processBatch(last, OPTIONS)).firstFailure === last[0].position) {
      expect(++invocations).toBeLessThan(6)
    }
    expect(invocations).toBeGreaterThan(2)
    expect(world.order('o29')?.firstEvent).toBe(31)
  })

  test('that the stream has no more stops the symbols of the shard until an operator accepts the loss', async () => {
    const { world, clock, start } = clockedWorld()
    const [a, , c] = ['a', 'b', 'c'].map((id) => world.append([place(id)]))
    await start().processBatch([a], OPTIONS)
    const stream = memoryStream(() => [{ name: SHARD, records: world.records.slice(2) }])
    clock.nowMs += 86_400_000
    const { parked, failures } = await start({ stream }).processBatch([c], OPTIONS)
    expect(failures).toEqual([])
    expect(String(parked?.[0].cause)).toContain('may be lost')
    expect(world.order('c')).toBeUndefined()
    // Resumed without acceptance, it is parked again.
    const resume = () => {
      const state = world.published.states.get('BTCUSD')
      if (state !== undefined) world.published.states.set('BTCUSD', { ...state, kind: 'recovering' })
    }
    resume()
    await start().processBatch([world.append([place('d')])], OPTIONS)
    expect(world.published.states.get('BTCUSD')?.kind).toBe('parked')
    world.published.acceptedLosses.set('BTCUSD', c.position)
    resume()
    await start().processBatch([world.append([place('e')])], OPTIONS)
    expect(['c', 'd', 'e'].map((id) => world.order(id)?.firstEvent)).toEqual([3, 4, 5])
  })
})

describe('a shard without a cursor', () => {
  const shards = (world: ShardWorld, split: ShardRecord[][]) =>
    memoryStream(() => [
      { name: SHARD, records: split[0] },
      { name: 'child', records: split[1], parent: SHARD },
      { name: 'old', records: world.records },
    ])

  test('begins with what its parent still has, and with its own first records', async () => {
    const { world, start } = clockedWorld()
    const records = ['a', 'b', 'c', 'd'].map((id) => world.append([place(id)]))
    const stream = shards(world, [records.slice(0, 2), records.slice(2)])
    await start({ stream }).processBatch([records[0]], OPTIONS)
    await start({ stream }).processBatch([records[3]], { shardId: 'child' })
    expect(['a', 'b', 'c', 'd'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3, 4, 5])
  })

  test('of an exchange that had no cursors starts at the batch, if there is much before it', async () => {
    const { world, start } = clockedWorld()
    const padding = ' '.repeat(900_000)
    const records = Array.from({ length: 14 }, (_, i) => world.append([JSON.stringify(place(`o${i}`)) + padding]))
    const matcher = world.start()
    await matcher.processBatch(records.slice(0, 13))
    expect(await start().processBatch([records[13]], OPTIONS)).toEqual({ failures: [] })
    expect(world.counts.caughtUp).toBeUndefined()
  })
})

test('in the ordinary case the stream and the cursor are not read', async () => {
  const { world, start } = clockedWorld()
  const never = () => {
    throw new Error('must not be read')
  }
  const plain = memoryStream(() => [{ name: SHARD, records: world.records }])
  const stream = { ...plain }
  const matcher = start({ stream })
  await matcher.processBatch([world.append([place('a')])], OPTIONS)
  stream.follow = never
  expect(await matcher.processBatch([world.append([place('b')], 900)], OPTIONS)).toEqual({ failures: [] })
})
