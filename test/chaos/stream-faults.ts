/** What can happen to the order stream: a shard is split, two are merged, reads are refused. */

import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { STREAMS } from '../../src/adapters/aws/resources.ts'
import { type ChaosWorld, countDone, type Fault, pause } from './chaos-world.ts'

const StreamName = STREAMS.orders.name
const OPEN_SHARDS_MAX = 5
const REFUSED_MS = 3_000

const startOf = ({ HashKeyRange: range }: Shard): bigint => BigInt(range?.StartingHashKey ?? 0)
const endOf = ({ HashKeyRange: range }: Shard): bigint => BigInt(range?.EndingHashKey ?? 0)
const numberOf = ({ ShardId = '' }: Shard): string => ShardId.replace(/^shardId-0*(?=\d)/, '')

async function openShards(kinesis: KinesisClient): Promise<Shard[]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }))
  const open = Shards.filter(({ SequenceNumberRange: range }) => range?.EndingSequenceNumber === undefined)
  return open.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
}

/** The change of shards that runs now: the service makes one at a time. */
let changing: Promise<unknown> = Promise.resolve()

/** Makes a change when the one before is done, and waits until the stream is active again. */
function inTurn<T>({ stack }: ChaosWorld, change: () => Promise<T>): Promise<T> {
  const turn = changing
    .catch(() => {})
    .then(async () => {
      const result = await change()
      const describe = new DescribeStreamSummaryCommand({ StreamName })
      while ((await stack.kinesis.send(describe)).StreamDescriptionSummary?.StreamStatus !== 'ACTIVE') await pause(10)
      return result
    })
  changing = turn
  return turn
}

/** Splits a shard between a quarter and three quarters of its keys. */
async function split(world: ChaosWorld): Promise<string> {
  const { stack, random } = world
  const shard = random.pick(await openShards(stack.kinesis))
  const quarter = (endOf(shard) - startOf(shard)) / 4n
  const at = startOf(shard) + quarter + (2n * quarter * BigInt(random.below(1_000))) / 1_000n
  await stack.kinesis.send(
    new SplitShardCommand({ StreamName, ShardToSplit: shard.ShardId, NewStartingHashKey: at.toString() }),
  )
  countDone(world, 'splits')
  return `split shard ${numberOf(shard)}`
}

async function merge(world: ChaosWorld): Promise<string> {
  const { stack, random } = world
  const open = await openShards(stack.kinesis)
  if (open.length === 1) return 'nothing to merge'
  const i = random.below(open.length - 1)
  const [left, right] = open.slice(i, i + 2)
  await stack.kinesis.send(
    new MergeShardsCommand({ StreamName, ShardToMerge: left.ShardId, AdjacentShardToMerge: right.ShardId }),
  )
  countDone(world, 'merges')
  return `merged shards ${numberOf(left)} and ${numberOf(right)}`
}

const shardSplit: Fault = {
  name: 'shard split',
  effect: 'shards split',
  seen: ({ done }) => done.get('splits') ?? 0,
  cause: async (world) => {
    const open = (await openShards(world.stack.kinesis)).length
    return inTurn(world, () => (open < OPEN_SHARDS_MAX ? split(world) : merge(world)))
  },
}

const shardsMerged: Fault = {
  name: 'shards merged',
  effect: 'pairs merged',
  seen: ({ done }) => done.get('merges') ?? 0,
  cause: async (world) => {
    const isSingle = (await openShards(world.stack.kinesis)).length === 1
    const before = isSingle ? `${await inTurn(world, () => split(world))}, ` : ''
    return `${before}${await inTurn(world, () => merge(world))}`
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
