/** The Kinesis adapters against an emulator, whose answers are lost or refused where a test says so. */

import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type PutRecordCommandInput,
  type PutRecordCommandOutput,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKinesis } from '../../entrypoints/aws-local/emulators.ts'
import { createStreams } from '../../entrypoints/aws-local/resources.ts'
import { BEGINNING } from '../../ports/order-stream.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { positionOf, sequenceNumberOf } from './kinesis-positions.ts'
import { KinesisReader } from './kinesis-reader.ts'
import { KinesisWriter } from './kinesis-writer.ts'

let server: Awaited<ReturnType<typeof startKinesis>>
let client: KinesisClient
/** What becomes of the next puts: done, not done, or done with the answer lost. */
let faults: ('none' | 'throttled' | 'lost' | 'broken' | 'refused')[] = []
/** For each put: the sequence number that it had to follow, and the one that it got, if its answer arrived. */
let puts: { follows: string | undefined; got: string | undefined }[] = []
let stream = ''
let run = 0

beforeAll(async () => {
  server = await startKinesis()
  client = new KinesisClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler({}),
    maxAttempts: 1,
  })
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const put = {
        follows: (args.input as PutRecordCommandInput).SequenceNumberForOrdering,
        got: undefined as string | undefined,
      }
      if (context.commandName === 'PutRecordCommand') puts.push(put)
      const fault = context.commandName === 'PutRecordCommand' ? faults.shift() : undefined
      if (fault === 'throttled') throw failure('ProvisionedThroughputExceededException', 400)
      if (fault === 'refused') throw failure('ValidationException', 400)
      if (fault === 'broken') throw failure('InternalFailure', 500)
      const answer = await next(args)
      if (fault === 'lost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
      put.got = (answer.output as PutRecordCommandOutput).SequenceNumber
      return answer
    },
    { step: 'initialize' },
  )
})
afterAll(async () => {
  client.destroy()
  await server.close()
})
beforeEach(async () => {
  faults = []
  puts = []
  stream = `orders-${++run}`
  await createStreams(client, [{ name: stream, shards: 1, variable: '' }])
})

function failure(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } })
}

async function recordsOf(shardId = 'shardId-000000000000'): Promise<{ key: string; text: string }[]> {
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
  )
  const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }))
  return Records.map(({ PartitionKey = '', Data }) => ({ key: PartitionKey, text: Buffer.from(Data ?? []).toString() }))
}

const marked = (lines: readonly string[]) => lines.map((line) => `${line} again`)

describe('appending', () => {
  test('makes one record of all lines, under the key', async () => {
    await new KinesisWriter(client, stream).append('BTCUSD', ['one', 'two'])
    expect(await recordsOf()).toEqual([{ key: 'BTCUSD', text: 'one\ntwo\n' }])
  })

  test('answers a position that grows, and compares as a string', async () => {
    const writer = new KinesisWriter(client, stream)
    const first = await writer.append('BTCUSD', ['one'])
    const second = await writer.append('BTCUSD', ['two'])
    expect(second > first).toBe(true)
    expect(first).toHaveLength(64)
  })

  test('makes more records of what one cannot hold, in order', async () => {
    const lines = [...Array(5).keys()].map((i) => String(i).repeat(400_000))
    await new KinesisWriter(client, stream).append('BTCUSD', lines)
    const records = await recordsOf()
    expect(records).toHaveLength(3)
    expect(records.map(({ text }) => text).join('')).toBe(lines.map((line) => `${line}\n`).join(''))
  })

  // Without it Kinesis may store two records of one key in any order. An emulator never does.
  test('each record has to follow the one before it, also when it is sent again', async () => {
    faults = ['none', 'lost', 'none', 'throttled']
    const lines = [...Array(3).keys()].map((i) => String(i).repeat(800_000))
    await new KinesisWriter(client, stream).append('BTCUSD', lines)
    const [first, lost, second, throttled, third] = puts
    expect(puts).toHaveLength(5)
    expect(first.follows).toBeUndefined()
    for (const put of [lost, second]) expect(put.follows).toBe(first.got)
    for (const put of [throttled, third]) expect(put.follows).toBe(second.got)
    expect([first.got, second.got, third.got]).toEqual(Array(3).fill(expect.stringMatching(/^\d+$/)))
  })

  test('tries again unmarked what was throttled: it is not in the stream', async () => {
    faults = ['throttled', 'throttled']
    await new KinesisWriter(client, stream).append('BTCUSD', ['one'], { again: marked })
    expect(await recordsOf()).toEqual([{ key: 'BTCUSD', text: 'one\n' }])
  })

  test.each(['lost', 'broken'] as const)('tries again marked where the answer was %s', async (fault) => {
    faults = [fault]
    await new KinesisWriter(client, stream).append('BTCUSD', ['one'], { again: marked })
    const texts = (await recordsOf()).map(({ text }) => text)
    expect(texts).toEqual(fault === 'lost' ? ['one\n', 'one again\n'] : ['one again\n'])
  })

  test('does not try again what must not be there twice', async () => {
    faults = ['lost']
    const append = new KinesisWriter(client, stream).append('BTCUSD', ['one'], { again: () => undefined })
    await expect(append).rejects.toThrow(OperationalFailure)
    expect(await recordsOf()).toHaveLength(1)
  })

  test('gives up after some attempts, and tells that it is overloaded', async () => {
    faults = Array(20).fill('throttled')
    const append = new KinesisWriter(client, stream).append('BTCUSD', ['one'])
    await expect(append).rejects.toMatchObject({ code: 'overloaded', retryable: true })
  })

  test('a later part is not put while an earlier one fails', async () => {
    faults = ['none', 'refused']
    const lines = [...Array(4).keys()].map((i) => String(i).repeat(800_000))
    await expect(new KinesisWriter(client, stream).append('BTCUSD', lines)).rejects.toThrow(OperationalFailure)
    expect((await recordsOf()).map(({ text }) => text[0])).toEqual(['0'])
  })
})

describe('reading again', () => {
  async function textsOf(after = BEGINNING, upTo = '9'.repeat(64)): Promise<string[]> {
    const texts: string[] = []
    for await (const { records } of new KinesisReader(client, stream).read(['BTCUSD'], after, upTo)) {
      for (const { bytes } of records) texts.push(Buffer.from(bytes).toString().trim())
    }
    return texts
  }

  test('gives the records of the symbol only, in order', async () => {
    const writer = new KinesisWriter(client, stream)
    for (const text of ['a', 'b', 'c']) {
      await writer.append('BTCUSD', [text])
      await writer.append('ETHUSD', ['other'])
    }
    expect(await textsOf()).toEqual(['a', 'b', 'c'])
  })

  test('gives those after a position, up to and with another', async () => {
    const writer = new KinesisWriter(client, stream)
    const positions: string[] = []
    for (const text of ['a', 'b', 'c', 'd']) positions.push(await writer.append('BTCUSD', [text]))
    expect(await textsOf(positions[0], positions[2])).toEqual(['b', 'c'])
    expect(await textsOf(positions[3])).toEqual([])
  })

  test('gives nothing of an empty stream', async () => {
    expect(await textsOf()).toEqual([])
  })

  test('reads the parent of a split before its child, and no shard that never had the key', async () => {
    const writer = new KinesisWriter(client, stream)
    const first = await writer.append('BTCUSD', ['a'])
    const middle = (1n << 127n).toString()
    const split = new SplitShardCommand({
      StreamName: stream,
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: middle,
    })
    await client.send(split)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const second = await writer.append('BTCUSD', ['b'])
    expect(second > first).toBe(true)
    expect(await textsOf()).toEqual(['a', 'b'])
    expect(await textsOf(first)).toEqual(['b'])
    expect(await textsOf(second)).toEqual([])
  })

  test('a position of a record that is gone begins where the shard does', async () => {
    const position = await new KinesisWriter(client, stream).append('BTCUSD', ['a'])
    const before = positionOf(String(BigInt(sequenceNumberOf(position)) - 1n))
    expect(await textsOf(before)).toEqual(['a'])
  })
})

describe('positions', () => {
  test('neighbors of 56 digits differ, which doubles would not', () => {
    const one = '49680464970782225082108965214450500181062943714838577154'
    const next = '49680464970782225082108965214450500181062943714838577155'
    expect(Number(one) === Number(next)).toBe(true)
    expect(positionOf(one) < positionOf(next)).toBe(true)
  })

  test('of different lengths compare as numbers do, and come back as they were', () => {
    expect(positionOf('999') < positionOf('1000')).toBe(true)
    expect(sequenceNumberOf(positionOf('1000'))).toBe('1000')
    expect(sequenceNumberOf(positionOf('0'))).toBe('0')
  })
})
