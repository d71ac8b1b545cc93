/**
 * A process of a run: the production matcher on ports in memory. Each port waits at points that the scheduler releases,
 * and fails from time to time.
 */

import type { Publisher } from '../../src/ports/publisher.ts'
import type { Snapshot } from '../../src/ports/snapshot-store.ts'
import { BrokenInvariant } from '../../src/protocol/assert.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { createShardMatcher, type ShardMatcher } from '../../src/shard/shard-matcher.ts'
import { memoryBookCache } from './memory-book-cache.ts'
import { memoryCursors, memoryKeptRecords, memoryStates } from './memory-parking.ts'
import { memoryPublisher } from './memory-publisher.ts'
import { memoryStream } from './memory-stream.ts'
import type { Actor } from './scheduler.ts'
import { type SimulatedWorld, STEP_MS } from './simulated-world.ts'

export interface SimulatedProcess extends Actor {
  readonly matcher: ShardMatcher
  busy: boolean
}

const COUNTED: ReadonlySet<string> = new Set([
  'recovering',
  'parked',
  'caughtUp',
  'rebuilds',
  'checkpoints',
  'staleCommits',
  'catchUps',
  'duplicates',
])

export function startProcess(world: SimulatedWorld, name: string): SimulatedProcess {
  const { planted, published, parked } = world
  const actor: Actor = { name, crashed: false, pausedUntil: 0, lost: () => {} }
  const visit = async (label: string): Promise<void> => {
    await world.scheduler.point(actor, label)
    if (!world.faulty || !world.random.chance(world.faultRate)) return
    world.count(`refused ${label}`)
    throw new OperationalFailure('unavailable', label, { retryable: true })
  }
  const cache = memoryBookCache(world.cache, visit)
  const publisher = breaking(world, memoryPublisher(published, visit))
  const parking = {
    states: memoryStates(parked, published, visit),
    kept: memoryKeptRecords(parked, visit),
  }
  const gaps = { cursors: memoryCursors(parked, visit), isInOrder: true }
  const stream = memoryStream(() => world.script.shards, visit)
  const matcher = createShardMatcher({
    cache: planted.cache?.(cache, world.cache) ?? cache,
    publisher: planted.publisher?.(publisher, published) ?? publisher,
    stream: planted.stream?.(stream) ?? stream,
    snapshots: (symbol) => snapshotStore(world, symbol, visit),
    parking: planted.parking?.(parking, published) ?? parking,
    gaps: planted.gaps?.(gaps) ?? gaps,
    deadLetters: {
      keep: async (letters) => {
        await visit('dead letter')
        for (const letter of letters) world.deadLetters.add(`${letter.position}#${letter.index}`)
      },
    },
    metrics: {
      add: (name, value) => {
        if (COUNTED.has(name)) world.count(name, value)
      },
    },
    nowMs: () => world.scheduler.step * STEP_MS,
  })
  return Object.assign(actor, { matcher, busy: false })
}

/** Fails for the symbol that is broken now. */
function breaking(world: SimulatedWorld, publisher: Publisher): Publisher {
  return {
    ...publisher,
    publish: async (publication) => {
      if (publication.symbol === world.broken) throw new BrokenInvariant('the symbol is broken')
      return publisher.publish(publication)
    },
  }
}

function snapshotStore(world: SimulatedWorld, symbol: string, visit: (label: string) => Promise<void>) {
  return {
    save: async (snapshot: Snapshot) => {
      await visit('snapshot save')
      world.snapshots.set(symbol, [...(world.snapshots.get(symbol) ?? []), snapshot])
      await visit('snapshot saved')
    },
    latest: async (position: string) => {
      await visit('snapshot load')
      const fitting = (world.snapshots.get(symbol) ?? []).filter((snapshot) => snapshot.position <= position)
      return fitting.sort((a, b) => (a.position < b.position ? -1 : 1)).at(-1)
    },
  }
}
