/** Several processes keep and match the records of one symbol that cannot go on. */

import { describe, expect, test } from 'vitest'
import type { SymbolStates } from '../../src/ports/symbol-states.ts'
import { brokenWorld, resume } from './broken-world.ts'
import { memoryKeptRecords, memoryStates } from './memory-parking.ts'
import { place, SHARD } from './shard-world.ts'

const OPTIONS = { shardId: SHARD }

describe('of a symbol that cannot go on', () => {
  /**
   * A process is about to keep a record. Before it does, another process resumes the symbol and ends its state.
   * Returns the status of the orders a and b.
   */
  async function keptTooLate(planted: (states: SymbolStates) => SymbolStates) {
    const { world, broken, start } = brokenWorld()
    await start().processBatch([world.append([place('a')])], OPTIONS)
    broken.is = false
    const kept = memoryKeptRecords(world.parked)
    const keep: typeof kept.keep = async (symbol, records) => {
      resume(world)
      await start().processBatch([world.records[0]], OPTIONS)
      await kept.keep(symbol, records)
    }
    const states = planted(memoryStates(world.parked, world.published))
    const slow = world.startFull({ parking: { states, kept: { ...kept, keep } } })
    expect(await slow.processBatch([world.append([place('b')])], OPTIONS)).toEqual({ failures: [] })
    expect(world.published.states.size).toBe(0)
    return ['a', 'b'].map((id) => world.order(id)?.status)
  }

  test('records that a process keeps while another ends the state are not lost', async () => {
    expect(await keptTooLate((states) => states)).toEqual(['NEW', 'NEW'])
    // The test finds the bug: a process that does not ask whether the symbol still has a state.
    const planted = (states: SymbolStates) => ({ ...states, extend: async () => true })
    expect(await keptTooLate(planted)).toEqual(['NEW', undefined])
  })

  test('kept records are not matched without those that another process has matched and deleted', async () => {
    const { world, broken, start } = brokenWorld()
    broken.is = false
    await start().processBatch([world.append([])], OPTIONS)
    const before = new Map(world.cacheState.books)
    broken.is = true
    for (const id of ['a', 'b']) await start().processBatch([world.append([place(id)])], OPTIONS)
    world.cacheState.books = new Map(before)
    broken.is = false
    resume(world)
    const kept = memoryKeptRecords(world.parked)
    const read: typeof kept.read = async function* (symbol, after) {
      // The time of the other process is over after the first object. Then the cache is set back.
      let nowMs = 0
      const other = world.startFull({
        nowMs: () => {
          nowMs += 1_000
          return nowMs
        },
      })
      await other.processBatch([world.records[2]], OPTIONS)
      world.cacheState.books = new Map(before)
      yield* kept.read(symbol, after)
    }
    const states = memoryStates(world.parked, world.published)
    const matcher = world.startFull({ parking: { states, kept: { ...kept, read } } })
    expect(await matcher.processBatch([world.records[2]], OPTIONS)).toEqual({ failures: [] })
    expect(['a', 'b'].map((id) => world.order(id)?.firstEvent)).toEqual([2, 3])
    expect(world.published.faults).toEqual([])
    expect(world.counts.rebuilds).toBeGreaterThan(0)
  })

  /** A process matches what was kept. Before it ends the state, another process keeps one more record. */
  async function keptMeanwhile(planted: (states: SymbolStates) => SymbolStates) {
    const { world, broken, start } = brokenWorld()
    await start().processBatch([world.append([place('a')])], OPTIONS)
    broken.is = false
    resume(world)
    const kept = memoryKeptRecords(world.parked)
    const plain = memoryStates(world.parked, world.published)
    const states = planted(plain)
    const later = [world.append([place('b')])]
    let isFirst = true
    const leave: typeof plain.leave = async (symbol, through) => {
      if (isFirst) {
        isFirst = false
        await kept.keep(symbol, later)
        await plain.extend(symbol, later[0].position)
      }
      return states.leave(symbol, through)
    }
    const matcher = world.startFull({ parking: { kept, states: { ...states, leave } } })
    expect(await matcher.processBatch([world.records[0]], OPTIONS)).toEqual({ failures: [] })
    expect(world.published.states.size).toBe(0)
    return ['a', 'b'].map((id) => world.order(id)?.status)
  }

  test('a state ends only when everything that was kept is matched', async () => {
    expect(await keptMeanwhile((states) => states)).toEqual(['NEW', 'NEW'])
    // The test finds the bug: a state that ends whatever is kept.
    const planted = (states: SymbolStates) => ({ ...states, leave: (symbol: string) => states.leave(symbol, '9') })
    expect(await keptMeanwhile(planted)).toEqual(['NEW', undefined])
  })
})
