/** A short chaos run with each fault once, and the command. `npm run aws:chaos` runs as long as wanted. */

import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { CandleRows } from '../../src/adapters/aws/candle-rows.ts'
import { TABLES } from '../../src/adapters/aws/resources.ts'
import { intervalStart } from '../../src/protocol/candle.ts'
import { INTERVAL_MS } from '../../src/protocol/candle-interval.ts'
import { ticks } from '../../src/protocol/units.ts'
import { eventually, whyNot } from '../aws/local-exchange.ts'
import { scan } from '../aws/stored-exchange.ts'
import { bundled } from '../once-in-run.ts'
import { type ChaosResult, chaos, FAULTS } from './chaos.ts'
import { CHAOS } from './chaos-command.ts'
import type { ChaosWorld } from './chaos-world.ts'
import { outputOf } from './output-of.ts'
import { summary } from './report.ts'

const missing = whyNot()

/** Changes that the comparison must find, and a word of what it says. */
const TAMPERED: readonly [string, string, (world: ChaosWorld) => Promise<unknown>][] = [
  [
    'an order with another quantity',
    'should be',
    async ({ stack: { dynamodb } }) => {
      const [order] = await scan(dynamodb, TABLES.orders.name)
      const Key = { orderKey: order.orderKey }
      const UpdateExpression = 'SET quantity = :other'
      const ExpressionAttributeValues = { ':other': { S: '77.7' } }
      await dynamodb.send(
        new UpdateItemCommand({ TableName: TABLES.orders.name, Key, UpdateExpression, ExpressionAttributeValues }),
      )
    },
  ],
  [
    'a lost trade',
    'trades, not',
    async ({ stack: { dynamodb } }) => {
      const [{ symbolShard, tradeNumber }] = await scan(dynamodb, TABLES.trades.name)
      await dynamodb.send(new DeleteItemCommand({ TableName: TABLES.trades.name, Key: { symbolShard, tradeNumber } }))
    },
  ],
  [
    'a lost fill',
    'fills, not',
    async ({ stack: { dynamodb } }) => {
      const [{ account, secondSymbol }] = await scan(dynamodb, TABLES.fills.name)
      await dynamodb.send(new DeleteItemCommand({ TableName: TABLES.fills.name, Key: { account, secondSymbol } }))
    },
  ],
  [
    'a candle without trades',
    'the candles are',
    async ({ stack: { dynamodb } }) => {
      const startMs = intervalStart(Date.now(), INTERVAL_MS['1m']) - 10 * INTERVAL_MS['1m']
      const price = ticks(1)
      const prices = { open: price, high: price, low: price, close: price }
      const sums = { volume: 1n, quoteVolume: 1n, count: 1, firstTrade: 1, lastTrade: 1 }
      await new CandleRows(dynamodb, TABLES.candles.name).put('AAA', '1m', { startMs, ...prices, ...sums })
    },
  ],
  ['a book without its records', 'the book in Redis is', ({ redis }) => redis.del('{AAA}:head')],
  ['a view of another book', 'book ', ({ redis }) => redis.copy('{AAA}:view', '{BTCUSD}:view', 'REPLACE')],
]

/** Symbols without orders get no record, until a reader finds that a book is lost. */
async function rebuiltWhenRead({ redis, stack: { url, ingest } }: ChaosWorld): Promise<void> {
  const read = async () => (await fetch(`${url}/book/AAA`)).status
  await redis.flushall()
  expect(await read()).toBe(503)
  await ingest.invoke({ heartbeat: true })
  await eventually('book', async () => ((await read()) === 200 ? true : undefined), 60_000)
}

describe.skipIf(missing !== undefined)(`chaos${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('after each fault, everything equals the embedded exchange, and the comparison can fail', async () => {
    const found = new Map<string, string[]>()
    const result: ChaosResult = await chaos({
      bundles: bundled(),
      durationMs: 0,
      seed: 7,
      clients: 4,
      // A Redis that does not answer takes six seconds each time.
      faults: FAULTS.filter(({ name }) => name !== 'Redis silent'),
      afterwards: async (world, compare) => {
        for (const [what, , change] of TAMPERED) {
          await change(world)
          found.set(what, await compare())
        }
        await rebuiltWhenRead(world)
      },
    })
    expect(result.differences, summary(result)).toEqual([])
    for (const { name, seen } of result.faults) expect(seen, name).toBeGreaterThan(0)
    expect(result.trades).toBeGreaterThan(0)
    for (const [what, word] of TAMPERED) {
      expect(
        found.get(what)?.some((difference) => difference.includes(word)),
        what,
      ).toBe(true)
    }
  }, 400_000)
})

describe('the command', () => {
  const run = (...argv: string[]) => outputOf(CHAOS, argv)

  test('--help lists options and faults', async () => {
    const { code, lines } = await run('--help')
    expect(code).toBe(0)
    for (const word of ['--minutes', '--seed', '--fault', '--json', 'one key lost', 'shards merged', 'Exit code'])
      expect(lines).toContain(word)
  })

  test('wrong usage has the exit code 2', async () => {
    expect(await run('--fault', 'no such')).toMatchObject({ code: 2, lines: '' })
    expect((await run('--minutes', 'x')).errors).toContain('--minutes takes a whole number')
  })

  test('a run that cannot start has the exit code 1', async () => {
    const { code, errors } = await run('--bundles', '/no/such/folder', '--json')
    expect(code).toBe(1)
    expect(errors).toContain('did not start')
  })
})
