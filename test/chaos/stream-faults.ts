/** What can happen to the order stream: a shard is split, two are merged, reads are refused. */

import { type ChaosWorld, countDone, type Fault, pause } from './chaos-world.ts'
import { mergeAdjacent, numberOf, openShards, splitOne } from './resharding.ts'

const OPEN_SHARDS_MAX = 5
const REFUSED_MS = 3_000

async function split(world: ChaosWorld): Promise<string> {
  const shard = await splitOne(world.stack.kinesis, world.random)
  countDone(world, 'splits')
  return `split shard ${numberOf(shard)}`
}

async function merge(world: ChaosWorld): Promise<string> {
  const merged = await mergeAdjacent(world.stack.kinesis, world.random)
  if (merged === undefined) return 'nothing to merge'
  countDone(world, 'merges')
  return `merged shards ${merged.map(numberOf).join(' and ')}`
}

const shardSplit: Fault = {
  name: 'shard split',
  effect: 'shards split',
  seen: ({ done }) => done.get('splits') ?? 0,
  cause: async (world) => {
    const open = (await openShards(world.stack.kinesis)).length
    return open < OPEN_SHARDS_MAX ? split(world) : merge(world)
  },
}

const shardsMerged: Fault = {
  name: 'shards merged',
  effect: 'pairs merged',
  seen: ({ done }) => done.get('merges') ?? 0,
  cause: async (world) => {
    const isSingle = (await openShards(world.stack.kinesis)).length === 1
    const before = isSingle ? `${await split(world)}, ` : ''
    return `${before}${await merge(world)}`
  },
}

const readsRefused: Fault = {
  name: 'reads throttled',
  effect: 'reads of shards refused',
  seen: ({ stack }) => stack.emulators.limitedKinesis.refusals(),
  cause: async ({ stack }) => {
    const { limitedKinesis } = stack.emulators
    const before = limitedKinesis.refusals()
    limitedKinesis.refuseReads(REFUSED_MS)
    await pause(REFUSED_MS)
    return `${limitedKinesis.refusals() - before} reads in ${REFUSED_MS} ms`
  },
}

export const STREAM_FAULTS: readonly Fault[] = [shardSplit, shardsMerged, readsRefused]
