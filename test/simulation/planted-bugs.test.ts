/**
 * The simulation finds bugs. Each entry of BUGS adds one bug that real systems have had, and a few hundred seeds
 * must find it. simulation.test.ts shows that the same seeds find nothing without a bug.
 */

import { describe, expect, test } from 'vitest'
import type { Mark } from '../../src/ports/publisher.ts'
import { memoryBookCache } from './memory-book-cache.ts'
import type { Planted } from './simulated-world.ts'
import { simulate } from './simulation.ts'
import { positionOf } from './stream-script.ts'

const SEEDS = 400

const BUGS: Record<string, Planted> = {
  'a commit that does not compare the version': {
    cache: (cache, state) => ({
      ...cache,
      async commit(symbol, _from, delta, format) {
        const cacheVersion = state.books.get(symbol)?.cacheVersion
        return (await memoryBookCache(state).commit(symbol, cacheVersion, delta, format)) ?? cacheVersion
      },
    }),
  },
  'the mark is moved before the records are written': {
    publisher: (publisher, state) => ({
      ...publisher,
      publish(publication) {
        state.moveMark(publication.symbol, publication.mark, publication.schedule)
        return publisher.publish(publication)
      },
    }),
  },
  'a mark that may go back': {
    publisher: (publisher, state) => ({
      ...publisher,
      async publish(publication) {
        const { mark } = publication
        const early: Mark = { ...mark, position: '' }
        await publisher.publish({ ...publication, mark: early })
        state.marks.set(publication.symbol, mark)
      },
    }),
  },
  'a schedule of an older mark replaces a newer one': {
    publisher: (publisher, state) => ({
      ...publisher,
      async publish(publication) {
        await publisher.publish(publication)
        state.schedules.set(publication.symbol, publication.schedule)
      },
    }),
  },
  'sequence numbers compared as text without padding': { position: String },
  'sequence numbers as doubles, so that neighbours are equal': {
    position: (sequence) => String(Number(sequence)).padStart(64, '0'),
  },
  'an order record overwrites a newer one': {
    publisher: (publisher, state) => ({
      ...publisher,
      async publish(publication) {
        await publisher.publish(publication)
        for (const record of publication.orders) {
          state.orders.set(`${record.account}/${record.orderId}`, structuredClone(record))
        }
      },
    }),
  },
  'the last failure is reported instead of the first': { reported: (positions) => positions.at(-1) },
  'no failure is reported': { reported: (positions) => (positions.length > 0 ? '' : undefined) },
  'the first record of each read of the stream is missing': {
    stream: (stream) => ({
      ...stream,
      async *read(symbols, after, upTo) {
        for await (const page of stream.read(symbols, after, upTo)) yield { ...page, records: page.records.slice(1) }
      },
    }),
  },
  'batches are not compared with the stream': { gaps: (gaps) => ({ ...gaps, isInOrder: false }) },
  'the cursor of a shard is written before the batch is done': {
    gaps: (gaps) => ({
      ...gaps,
      cursors: {
        ...gaps.cursors,
        // Two records further than what is done.
        advance: (shardId, position, bytes) => gaps.cursors.advance(shardId, positionOf(BigInt(position) + 18n), bytes),
      },
    }),
  },
  'records are reported as kept that are not': {
    parking: ({ states, kept }) => ({ states, kept: { ...kept, keep: async () => {} } }),
  },
  'kept records are matched in any order': {
    parking: ({ states, kept }) => ({
      states,
      kept: {
        ...kept,
        async *read(symbol, after) {
          const all = []
          for await (const some of kept.read(symbol, after)) all.push(some)
          yield* all.reverse()
        },
      },
    }),
  },
  'kept records are deleted before they are matched': {
    parking: ({ states, kept }) => ({
      states,
      kept: {
        ...kept,
        async *read(symbol, after) {
          for await (const some of kept.read(symbol, after)) {
            await kept.forget(symbol, '9')
            yield some
          }
        },
      },
    }),
  },
  'a repeated order is not looked up in the store': {
    publisher: (publisher) => ({ ...publisher, entered: async () => undefined }),
  },
}

describe('the simulation finds', () => {
  for (const [name, planted] of Object.entries(BUGS)) {
    test(name, async () => {
      let seed = 0
      let problems: readonly string[] = []
      while (problems.length === 0 && seed < SEEDS) problems = (await simulate(++seed, planted)).problems
      expect(problems.length, `${SEEDS} seeds`).toBeGreaterThan(0)
    })
  }
})

test('the same seed gives the same run', async () => {
  for (const seed of [1, 2, 3]) expect(await simulate(seed)).toEqual(await simulate(seed))
  expect((await simulate(1)).hash).not.toBe((await simulate(2)).hash)
})
