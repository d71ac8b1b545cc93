/** The front of the Kinesis emulator refuses reads as the service does, shard by shard. */

import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { KinesisSource } from '../../event-source-mapping/kinesis-source.ts'
import { startKinesis } from './emulators.ts'
import { type LimitedKinesis, startLimitedKinesis } from './limited-kinesis.ts'
import { createStreams } from './resources.ts'
import { ShardReadLimits } from './shard-read-limits.ts'

const StreamName = 'limited'
const THROTTLED = { name: 'ProvisionedThroughputExceededException' }
let emulator: Awaited<ReturnType<typeof startKinesis>>
let limited: LimitedKinesis
let client: KinesisClient

beforeAll(async () => {
  emulator = await startKinesis()
})
afterAll(() => emulator.close())
beforeEach(async () => {
  limited = await startLimitedKinesis(emulator.url)
  client = new KinesisClient({
    endpoint: limited.url,
    region: 'local',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({}),
  })
  return async () => {
    client.destroy()
    await limited.close()
  }
})

async function iteratorsOf(): Promise<string[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName }))
  const place = { StreamName, ShardIteratorType: 'TRIM_HORIZON' as const }
  const answers = Shards.map(({ ShardId }) => client.send(new GetShardIteratorCommand({ ...place, ShardId })))
  return (await Promise.all(answers)).map(({ ShardIterator = '' }) => ShardIterator)
}

test('passes records on, and refuses the sixth read of a shard in a second, whoever reads', async () => {
  await createStreams(client, [{ name: StreamName, shards: 2, variable: '' }])
  await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from('record') }))
  const iterators = await iteratorsOf()
  const pages = await Promise.all(iterators.map((one) => client.send(new GetRecordsCommand({ ShardIterator: one }))))
  expect(pages.flatMap(({ Records = [] }) => Records.map(({ Data }) => String(Buffer.from(Data ?? []))))).toEqual([
    'record',
  ])
  const [{ NextShardIterator }] = pages
  const again = new GetRecordsCommand({ ShardIterator: NextShardIterator })
  const reads = await Promise.allSettled(Array.from({ length: 8 }, () => client.send(again)))
  expect(reads.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(4)
  expect(limited.refusals()).toBeGreaterThanOrEqual(4)
  // The other shard has limits of its own.
  await client.send(new GetRecordsCommand({ ShardIterator: pages[1].NextShardIterator }))
})

test('refuses all reads for a while on demand, and nothing else', async () => {
  const iterators = await iteratorsOf()
  limited.refuseReads(60_000)
  for (const ShardIterator of iterators)
    await expect(client.send(new GetRecordsCommand({ ShardIterator }))).rejects.toMatchObject(THROTTLED)
  await client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from('record') }))
  limited.refuseReads(0)
  await client.send(new GetRecordsCommand({ ShardIterator: iterators[0] }))
})

test('a source that knows the writes tells a change since its last read, also one before it is asked', async () => {
  const source = new KinesisSource(client, StreamName, 'local', emulator.writes)
  const [{ shardId }] = await source.shards()
  const put = () => client.send(new PutRecordCommand({ StreamName, PartitionKey: 'a', Data: Buffer.from('') }))
  const tells = async () => {
    let isTold = false
    const told = source.changed?.(shardId).then(() => {
      isTold = true
    })
    await new Promise(setImmediate)
    return { isTold, told }
  }
  await put()
  await source.read(shardId, undefined, 10)
  const { isTold, told } = await tells()
  expect(isTold).toBe(false)
  await put()
  await told
  expect(await tells()).toMatchObject({ isTold: true })
  await source.read(shardId, undefined, 10)
  expect(await tells()).toMatchObject({ isTold: false })
})

test('a shard answers 2 MB in a second, and nothing for five seconds after 10 MB', () => {
  const limits = new ShardReadLimits()
  const readAt = (nowMs: number, bytes: number): boolean => {
    const isAdmitted = limits.admit(nowMs)
    if (isAdmitted) limits.answered(nowMs, bytes)
    return isAdmitted
  }
  expect([readAt(0, 1_500_000), readAt(1, 1_500_000), readAt(2, 1)]).toEqual([true, true, false])
  // The debt of a megabyte is paid after half a second.
  expect([readAt(499, 1), readAt(600, 1)]).toEqual([false, true])
  expect([readAt(60_000, 10_000_000), readAt(64_900, 1)]).toEqual([true, false])
  expect(readAt(66_000, 1)).toBe(true)
})
