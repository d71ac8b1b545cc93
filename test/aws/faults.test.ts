/**
 * Orders under load while functions are killed, the cache is emptied, damaged, full or refuses the token, batches are
 * delivered twice and a shard is split. At the end the tables must agree with the stream: no order is lost, repeated or reordered.
 */

import { SplitShardCommand } from '@aws-sdk/client-kinesis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STREAMS, TABLES } from '../../src/adapters/aws/resources.ts'
import { audit } from './audit.ts'
import { eventually, type LocalExchange, startExchange, whyNot } from './local-exchange.ts'
import { startLoad } from './order-load.ts'
import { scan } from './stored-exchange.ts'

const missing = whyNot()
const CLIENTS = 4
const BATCH = 8

describe.skipIf(missing !== undefined)(
  `under load, the tables agree with the stream after faults${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let exchange: LocalExchange
    let seed = 0

    beforeAll(async () => {
      // In all tests, every fifth batch is delivered twice.
      let batches = 0
      exchange = await startExchange({ repeat: () => ++batches % 5 === 0 })
    })
    afterAll(() => exchange?.close())

    /** Sends orders, causes the fault `rounds` times, waits until all orders are matched, and compares. */
    async function under(rounds: number, fault: (round: number) => Promise<void>) {
      const before = (await audit(exchange)).orders
      // The ids of the previous tests must not be used again.
      const load = startLoad({ ...exchange, send: withPrefix(exchange, `s${++seed}-`) }, CLIENTS, BATCH, seed)
      for (let round = 0; round < rounds; round++) {
        await pause(400)
        await fault(round)
      }
      await pause(400)
      await load.stop()
      await allMatched(exchange)
      const result = await settled(exchange)
      expect(result.differences).toEqual([])
      expect(result.bought).toBe(result.sold)
      expect(result.orders - before).toBe(load.accepted.size)
      expect(result.trades).toBeGreaterThan(0)
      return result
    }

    test('if the matcher is killed repeatedly', async () => {
      let atWork = 0
      await under(5, async () => {
        await eventually('invocation', async () => (exchange.matcher.busy ? true : undefined), 10_000)
        atWork += exchange.matcher.kill()
      })
      expect(atWork).toBeGreaterThan(0)
    })

    test('if Redis is emptied repeatedly', async () => {
      const redis = new Redis(exchange.emulators.redis)
      await under(4, async () => void (await redis.flushall()))
      redis.disconnect()
      expect(exchange.lines.filter((line) => line.includes('"recoveries"')).length).toBeGreaterThan(0)
    })

    test('if Redis loses one key of a book repeatedly', async () => {
      const redis = new Redis(exchange.emulators.redis)
      const lost: string[] = []
      await under(6, async (round) => {
        const keys = (await redis.keys('*')).sort()
        const part = ['head', 'base', 'records', 'view'][round % 4]
        const key = keys.find((name) => name.split(':')[1] === part)
        if (key !== undefined && (await redis.del(key)) === 1) lost.push(part)
      })
      redis.disconnect()
      expect(lost.length).toBeGreaterThan(2)
    })

    test('if Redis is full for a while', async () => {
      const redis = new Redis(exchange.emulators.redis)
      await under(2, async () => {
        await redis.config('SET', 'maxmemory', 1)
        await pause(1_500)
        await redis.config('SET', 'maxmemory', 0)
      })
      redis.disconnect()
      expect(exchange.lines.some((line) => line.includes('"cache_full"'))).toBe(true)
      expect(exchange.lines.some((line) => line.includes('"cacheFull"'))).toBe(true)
    })

    test('if Redis refuses the token for a while', async () => {
      const redis = new Redis(exchange.emulators.redis)
      const password = String(redis.options.password)
      await under(2, async () => {
        await redis.config('SET', 'requirepass', 'another')
        await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
        await pause(1_500)
        await redis.config('SET', 'requirepass', password)
      })
      redis.disconnect()
      expect(exchange.lines.some((line) => line.includes('"cache_token_refused"'))).toBe(true)
    })

    test('if matcher and ingest are killed and Redis is emptied', async () => {
      const redis = new Redis(exchange.emulators.redis)
      await under(3, async (round) => {
        exchange.ingest.kill()
        if (round % 2 === 0) await redis.flushall()
        exchange.matcher.kill()
      })
      redis.disconnect()
    })

    test('if a shard is split', async () => {
      await under(3, async (round) => {
        if (round !== 1) return
        await exchange.kinesis.send(
          new SplitShardCommand({
            StreamName: STREAMS.orders.name,
            ShardToSplit: 'shardId-000000000000',
            NewStartingHashKey: (1n << 127n).toString(),
          }),
        )
      })
      expect([...exchange.checkpoints.keys()].length).toBeGreaterThan(1)
    })
  },
)

/**
 * Repeats the audit until it finds no differences, for at most 30 s. A cancel or an amendment at the end of the
 * stream leaves no order PENDING, so the audit may run before it is applied.
 */
async function settled(exchange: LocalExchange): ReturnType<typeof audit> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const result = await audit(exchange)
    if (result.differences.length === 0 || Date.now() > deadline) return result
    await pause(250)
  }
}

/** Waits until no order is PENDING and the matcher is idle. */
async function allMatched(exchange: LocalExchange): Promise<void> {
  await eventually(
    'end of matching',
    async () => {
      const orders = await scan(exchange.dynamodb, TABLES.orders.name)
      return orders.every(({ status }) => status.S !== 'PENDING') && !exchange.matcher.busy ? true : undefined
    },
    90_000,
  )
}

function withPrefix(exchange: LocalExchange, prefix: string): LocalExchange['send'] {
  return (method, path, body, headers) => {
    const renamed = body === undefined ? undefined : JSON.parse(JSON.stringify(body).replaceAll('"c', `"${prefix}c`))
    return exchange.send(method, path.replace('/orders/c', `/orders/${prefix}c`), renamed, headers)
  }
}

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
