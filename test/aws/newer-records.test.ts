/**
 * Records of a newer program under Lambda's event source mapping: the running matcher does not know a kind of
 * command. No record is skipped, and none becomes a dead letter. The symbol continues in the order of its stream
 * as soon as a matcher runs that knows the kind. The matcher of this test has no place to keep records; with one, other
 * symbols do not wait (test/simulation/newer-records.test.ts). The newer matcher of this test is the present one, for which the
 * new kind is replaced by AdvanceTime.
 */

import { afterEach, expect, test } from 'vitest'
import { sequenceNumberOf } from '../../src/adapters/aws/kinesis-positions.ts'
import { recordOf } from '../../src/entrypoints/lambda/kinesis-event.ts'
import { type RunningMapping, startMapping } from '../../src/event-source-mapping/event-source-mapping.ts'
import { MAPPING_DEFAULTS } from '../../src/event-source-mapping/mapping-options.ts'
import type { DeadLetter } from '../../src/ports/dead-letters.ts'
import type { ShardRecord } from '../../src/ports/record-stream.ts'
import { UnknownCommand } from '../../src/protocol/command/undecodable-line.ts'
import { createShardMatcher } from '../../src/shard/shard-matcher.ts'
import { linesOf, placeOrder } from '../contracts/sample-records.ts'
import { CacheState, memoryBookCache } from '../simulation/memory-book-cache.ts'
import { memoryPublisher, PublishedState } from '../simulation/memory-publisher.ts'
import { memoryShard } from '../simulation/memory-stream.ts'
import { eventually } from './local-exchange.ts'
import { MemorySource } from './memory-source.ts'

const TERMS = { base: 'A', quote: 'B', tickSize: '0.01', lotSize: '0.00000001' }
const SHARD = 'shard-1'

let mapping: RunningMapping | undefined
afterEach(() => mapping?.stop())

/** What a newer program reads: it knows the command `OpenAuction`. */
const readAsNewer = (record: ShardRecord): ShardRecord => ({
  ...record,
  bytes: Buffer.from(Buffer.from(record.bytes).toString().replace('"OpenAuction"', '"AdvanceTime"')),
})

function startShard() {
  const source = new MemorySource()
  const published = new PublishedState()
  const deadLetters: DeadLetter[] = []
  const causes: unknown[] = []
  const matcher = createShardMatcher({
    cache: memoryBookCache(new CacheState()),
    publisher: memoryPublisher(published),
    snapshots: () => ({ save: async () => {}, latest: async () => undefined }),
    stream: memoryShard([]),
    deadLetters: { keep: async (letters) => void deadLetters.push(...letters) },
  })
  let newer = false
  mapping = startMapping({
    functionName: 'matcher',
    source,
    options: {
      ...MAPPING_DEFAULTS,
      batchSize: 100,
      parallelizationFactor: 4,
      reportBatchItemFailures: true,
      pollMs: 5,
      retryDelayMs: 5,
    },
    checkpoints: new Map(),
    invoke: async (event) => {
      const { Records } = event as { Records: Parameters<typeof recordOf>[0][] }
      const records = Records.map(recordOf)
      const { firstFailure, failures } = await matcher.processBatch(newer ? records.map(readAsNewer) : records)
      causes.push(...failures.map(({ cause }) => cause))
      const failed = firstFailure === undefined ? [] : [{ itemIdentifier: sequenceNumberOf(firstFailure) }]
      return { batchItemFailures: failed }
    },
    onFailure: async (document) => void causes.push(document),
  })
  const put = (symbol: string, text: string | Uint8Array) => source.put(SHARD, symbol, Buffer.from(text).toString())
  const define = (symbol: string) => put(symbol, linesOf([{ kind: 'DefineInstrument', symbol, ...TERMS }]))
  const place = (symbol: string, orderId: string) =>
    put(
      symbol,
      linesOf([placeOrder(orderId)])
        .toString()
        .replace('"BTCUSD"', `"${symbol}"`),
    )
  const runNewer = () => {
    newer = true
  }
  const entered = (orderId: string) => published.orders.get(`ann/${orderId}`)
  return { put, define, place, entered, causes, deadLetters, runNewer }
}

test('an unknown kind of command stops its symbol until a matcher runs that knows it', async () => {
  const shard = startShard()
  for (const symbol of ['BTCUSD', 'ETHUSD', 'ENERGY-DE']) shard.define(symbol)
  shard.place('BTCUSD', 'before')
  shard.put('BTCUSD', '{"kind":"OpenAuction","symbol":"BTCUSD"}\n')
  shard.place('BTCUSD', 'after')
  await eventually('refusals', async () => (shard.causes.length > 3 ? true : undefined))
  expect(shard.entered('before')?.status).toBe('NEW')
  expect(shard.entered('after')).toBeUndefined()
  for (const cause of shard.causes) {
    expect(cause).toBeInstanceOf(UnknownCommand)
    expect(cause).toMatchObject({ what: 'kind', unknown: 'OpenAuction' })
  }
  shard.runNewer()
  const after = await eventually('the order after it', async () => shard.entered('after'))
  const before = shard.entered('before')
  expect(after.firstEvent).toBeGreaterThan(before?.firstEvent as number)
  expect(shard.deadLetters).toEqual([])
})

test('symbols of other lanes continue in the meantime', async () => {
  const shard = startShard()
  shard.define('BTCUSD')
  shard.put('BTCUSD', '{"kind":"OpenAuction","symbol":"BTCUSD"}\n')
  await eventually('a refusal', async () => shard.causes[0])
  const others = Array.from({ length: 12 }, (_, i) => `S${i}`)
  for (const symbol of others) {
    shard.define(symbol)
    shard.place(symbol, `of-${symbol}`)
  }
  // A lane processes its keys one batch after the other. So only keys in the lane of BTCUSD wait.
  await eventually('most of them', async () => {
    const matched = others.filter((symbol) => shard.entered(`of-${symbol}`) !== undefined)
    return matched.length >= others.length / 2 ? true : undefined
  })
  shard.runNewer()
  await eventually('all', async () => (others.every((symbol) => shard.entered(`of-${symbol}`)) ? true : undefined))
})

test.each([
  ['a field', JSON.stringify({ ...JSON.parse(linesOf([placeOrder('x')]).toString()), newerField: 1 }), 'newerField'],
  ['an instrument', linesOf([placeOrder('x')]).toString(), 'BTCUSD'],
])('%s that is unknown stops the symbol too', async (what, line, name) => {
  const shard = startShard()
  if (what !== 'an instrument') shard.define('BTCUSD')
  shard.put('BTCUSD', `${line}\n`)
  const [cause] = await eventually('refusals', async () => (shard.causes.length > 1 ? shard.causes : undefined))
  expect(cause).toMatchObject({ name: 'UnknownCommand', unknown: name })
  expect(shard.deadLetters).toEqual([])
})
