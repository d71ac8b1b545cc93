/** Fills of accounts that are recorded in DynamoDB: each once, whatever a recorder has missed or repeated. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bySymbol, createMarketTables, FaultyRecorders, storeTrades } from '../../../test/aws/recorded-market.ts'
import { fillReaderContract } from '../../../test/contracts/fill-reader.contract.ts'
import { INSTRUMENTS, tradeRecord } from '../../../test/contracts/sample-records.ts'
import { randomOf } from '../../../test/e2e/random.ts'
import { startDynamo } from '../../entrypoints/aws-local/emulators.ts'
import { DynamoFills } from './dynamodb-fills.ts'
import { DynamoRecorder } from './dynamodb-recorder.ts'

let server: Awaited<ReturnType<typeof startDynamo>>
let client: DynamoDBClient
let run = 0

beforeAll(async () => {
  server = await startDynamo()
  client = new DynamoDBClient({
    endpoint: server.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})
afterAll(async () => {
  client.destroy()
  await server.close()
})

fillReaderContract(async (commits) => {
  const tables = await createMarketTables(client, `-${++run}`)
  const recorders = new FaultyRecorders(client, tables, randomOf(run))
  for (const trades of commits) for (const own of bySymbol(trades)) await recorders.take(own)
  await recorders.catchUp(['BTCUSD', 'ETHUSD'])
  return new DynamoFills(client, tables, INSTRUMENTS)
}, 4)

test('a filtered page that looks at many trades ends with a cursor, and the pages have every fill', async () => {
  const tables = await createMarketTables(client, `-${++run}`)
  const trades = Array.from({ length: 4_500 }, (_, i) =>
    tradeRecord(i + 1, { timestampMs: 1_000_000 + i * 10, makerOrderId: i === 4_000 || i === 10 ? 'rare' : 'm' }),
  )
  await storeTrades(client, tables, trades)
  await new DynamoRecorder(client, tables, INSTRUMENTS).record('BTCUSD', trades)
  const fills = new DynamoFills(client, tables, INSTRUMENTS)
  const found: number[] = []
  let pages = 0
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const query = { orderId: 'rare', limit: 100, ...(cursor !== undefined && { cursor }) }
    const page = await fills.list('ann', query)
    found.push(...page.rows.map(({ trade }) => trade.tradeNumber))
    cursor = page.next
    pages++
  }
  expect([found, pages]).toEqual([[4_001, 11], 3])
})

test.each(['asc', 'desc'] as const)('a page may end between the two fills of one trade: %s', async (sort) => {
  const tables = await createMarketTables(client, `-${++run}`)
  const trades = [1, 2, 3].map((i) => tradeRecord(i, { timestampMs: 5_000 + i, takerAccount: 'ann' }))
  await storeTrades(client, tables, trades)
  await new DynamoRecorder(client, tables, INSTRUMENTS).record('BTCUSD', trades)
  const fills = new DynamoFills(client, tables, INSTRUMENTS)
  const found: string[] = []
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const { rows, next } = await fills.list('ann', { sort, limit: 1, ...(cursor !== undefined && { cursor }) })
    found.push(...rows.map(({ trade, liquidity }) => `${trade.tradeNumber} ${liquidity}`))
    cursor = next
  }
  const all = ['1 MAKER', '1 TAKER', '2 MAKER', '2 TAKER', '3 MAKER', '3 TAKER']
  expect(found).toEqual(sort === 'asc' ? all : all.reverse())
})

test.each(['asc', 'desc'] as const)(
  'a page of a symbol looks at a bounded number of rows of others: %s',
  async (sort) => {
    const tables = await createMarketTables(client, `-${++run}`)
    const at = (symbol: string, tradeNumber: number, second: number) =>
      tradeRecord(tradeNumber, { symbol, timestampMs: second * 1_000 + 999 * (tradeNumber % 2) })
    const others = Array.from({ length: 40 }, (_, i) => at('ETHUSD', i + 1, i + 5))
    const trades = [at('BTCUSD', 1, 5), at('BTCUSD', 2, 30), at('BTCUSD', 3, 44)]
    for (const own of [others, trades]) {
      await storeTrades(client, tables, own)
      await new DynamoRecorder(client, tables, INSTRUMENTS).record(own[0].symbol, own)
    }
    const fills = new DynamoFills(client, tables, INSTRUMENTS, 10)
    const found: number[] = []
    let pages = 0
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await fills.list('ann', {
        symbol: 'BTCUSD',
        sort,
        limit: 100,
        ...(cursor !== undefined && { cursor }),
      })
      found.push(...page.rows.map(({ trade }) => trade.tradeNumber))
      cursor = page.next
      pages++
    }
    expect(found).toEqual(sort === 'asc' ? [1, 2, 3] : [3, 2, 1])
    expect(pages).toBeGreaterThanOrEqual(4)
  },
)
