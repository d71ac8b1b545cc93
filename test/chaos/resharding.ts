/** Splits and merges shards of the order stream. The service makes one change at a time. */

import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  MergeShardsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { STREAMS } from '../../src/adapters/aws/resources.ts'
import type { Random } from '../e2e/random.ts'
import { pause } from './chaos-world.ts'

const StreamName = STREAMS.orders.name

const startOf = ({ HashKeyRange: range }: Shard): bigint => BigInt(range?.StartingHashKey ?? 0)
const endOf = ({ HashKeyRange: range }: Shard): bigint => BigInt(range?.EndingHashKey ?? 0)

/** The number at the end of the name of a shard. */
export const numberOf = ({ ShardId = '' }: Shard): string => ShardId.replace(/^shardId-0*(?=\d)/, '')

/** In the order of their keys. */
export async function openShards(kinesis: KinesisClient): Promise<Shard[]> {
  const { Shards = [] } = await kinesis.send(new ListShardsCommand({ StreamName }))
  const open = Shards.filter(({ SequenceNumberRange: range }) => range?.EndingSequenceNumber === undefined)
  return open.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
}

/** The change that runs now. */
let changing: Promise<unknown> = Promise.resolve()

/** Makes a change when the one before is done, and waits until the stream is active again. */
function inTurn<T>(kinesis: KinesisClient, change: () => Promise<T>): Promise<T> {
  const turn = changing
    .catch(() => {})
    .then(async () => {
      const result = await change()
      const describe = new DescribeStreamSummaryCommand({ StreamName })
      while ((await kinesis.send(describe)).StreamDescriptionSummary?.StreamStatus !== 'ACTIVE') await pause(10)
      return result
    })
  changing = turn
  return turn
}

/** Splits one shard between a quarter and three quarters of its keys. Returns it. */
export function splitOne(kinesis: KinesisClient, random: Random): Promise<Shard> {
  return inTurn(kinesis, async () => {
    const shard = random.pick(await openShards(kinesis))
    const quarter = (endOf(shard) - startOf(shard)) / 4n
    const at = startOf(shard) + quarter + (2n * quarter * BigInt(random.below(1_000))) / 1_000n
    const NewStartingHashKey = at.toString()
    await kinesis.send(new SplitShardCommand({ StreamName, ShardToSplit: shard.ShardId, NewStartingHashKey }))
    return shard
  })
}

/** Merges two neighbours. Returns them, or undefined if there is one shard only. */
export function mergeAdjacent(kinesis: KinesisClient, random: Random): Promise<[Shard, Shard] | undefined> {
  return inTurn(kinesis, async () => {
    const open = await openShards(kinesis)
    if (open.length === 1) return undefined
    const i = random.below(open.length - 1)
    const [left, right] = open.slice(i, i + 2)
    const [ShardToMerge, AdjacentShardToMerge] = [left.ShardId, right.ShardId]
    await kinesis.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }))
    return [left, right]
  })
}
