/** The cost page follows from the prices, its counts equal those of infra/, and its sums are within the budget. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { METRIC_NAMES } from '../../src/entrypoints/lambda/metric-names.ts'
import { type Block, readInfra } from './hcl.ts'
import { root } from './workspace.ts'

const script = join(root, 'scripts/infra-cost.mjs')

interface Sums {
  readonly COUNTS: Readonly<Record<string, number>>
  readonly OF_MARKET: Readonly<Record<string, number>>
  readonly marketFixed: number
  readonly fixedBilled: number
  readonly heartbeatAtScale: number
  readonly perMillion: { readonly single: number; readonly batched: number }
}
let sums: Sums

beforeAll(async () => {
  sums = (await import(script)) as Sums
})

test('the page is up to date', () => {
  execFileSync(process.execPath, [script, '--check'])
})

test('the cost is at most $70 a month, $66 without live market data, and $2.50 for a million orders in batches', () => {
  expect(sums.fixedBilled).toBeLessThanOrEqual(70)
  expect(sums.fixedBilled - sums.marketFixed).toBeLessThanOrEqual(66)
  expect(sums.perMillion.batched).toBeLessThanOrEqual(2.5)
})

test('the heartbeat costs at most $5 a month with 1,000 instruments on 10 shards', () => {
  expect(sums.heartbeatAtScale).toBeLessThanOrEqual(5)
})

test('a shard writes its cursor after each batch, and once a second at most', async () => {
  const { monthOf, loadsOf } = await import(join(root, 'scripts/month-cost.mjs'))
  const read = (name: string) => JSON.parse(readFileSync(join(root, 'docs/operate', name), 'utf8'))
  const { prices, hoursPerMonth } = read('unit-prices.json')
  const cursors = loadsOf(read('counted-use.json')).map(
    (load: object) => monthOf(load, prices, 0, hoursPerMonth)['Cursors of shards'] / prices.dynamodbMillionWrites,
  )
  // A million orders alone, each with a read, which costs a fifth of a write; 10,000 batches; 10 shards of 2,628,000 seconds.
  expect(cursors[0]).toBeCloseTo(1.2)
  expect(cursors[1]).toBeCloseTo(0.01)
  expect(cursors[2]).toBeCloseTo(26.28)
})

test('its counts equal the resources of infra/', async () => {
  const files = await readInfra()
  const locals = [...files.values()].flatMap(({ hcl }) => (hcl.locals ?? []) as unknown as Block[])
  const all = Object.assign({}, ...locals) as Record<string, object>
  const interfaces = /resource "aws_vpc_endpoint" "interface" \{\n\s+for_each = toset\((\[.*\])\)/.exec(
    files.get('vpc.tf')?.text ?? '',
  )
  expect(sums.COUNTS).toMatchObject({
    shards: Object.keys(all.stream_names ?? {}).length,
    endpoints: JSON.parse(interfaces?.[1] ?? '[]').length,
    alarms: [all.alarms, all.redis_alarms, all.market_alarms, all.table_names].flatMap((each) =>
      Object.keys(each ?? {}),
    ).length,
    customMetrics: METRIC_NAMES.length,
    crawlers: Object.keys(all.columns ?? {}).length,
  })
  const ofMarket = (names: object | undefined) =>
    Object.keys(names ?? {}).filter((name) => (all.of_market as readonly string[]).includes(name)).length
  expect(sums.OF_MARKET).toMatchObject({
    shards: ofMarket(all.stream_names),
    alarms: Object.keys(all.market_alarms ?? {}).length + ofMarket(all.table_names),
  })
})
