/** A small run at scale. `npm run aws:scale` runs 1,000 instruments on 10 shards. */

import { describe, expect, test } from 'vitest'
import { whyNot } from '../aws/local-exchange.ts'
import { bundled } from '../once-in-run.ts'
import { outputOf } from './output-of.ts'
import { runAtScale } from './scale.ts'
import { SCALE, summary } from './scale-command.ts'

const missing = whyNot()
const INSTRUMENTS = 30
const SHARDS = 3

describe.skipIf(missing !== undefined)(`scale${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('instruments on several shards equal the embedded exchange, while functions are killed and shards change', async () => {
    const result = await runAtScale({
      bundles: bundled(),
      instruments: INSTRUMENTS,
      orderShards: SHARDS,
      orders: 250,
      clients: 3,
      seed: 5,
    })
    const shown = summary(result)
    expect(result.differences, shown).toEqual([])
    // Each symbol is in one of the first shards. The shards that were opened later have symbols too.
    const counts = Object.values(result.symbols)
    expect(
      counts.slice(0, SHARDS).reduce((sum, count) => sum + count, 0),
      shown,
    ).toBe(INSTRUMENTS)
    expect(counts, shown).toHaveLength(SHARDS + 3)
    expect(
      Object.values(result.kills).reduce((sum, count) => sum + count, 0),
      shown,
    ).toBeGreaterThan(0)
    expect(result.trades, shown).toBeGreaterThan(0)
  }, 300_000)
})

describe('the command', () => {
  const run = (...argv: string[]) => outputOf(SCALE, argv)

  test('--help lists the options', async () => {
    const { code, lines } = await run('--help')
    expect(code).toBe(0)
    for (const word of ['--instruments', '--shards', '--orders', '--seed', 'Exit code']) expect(lines).toContain(word)
  })

  test('wrong usage has the exit code 2', async () => {
    expect((await run('--shards', '1')).code).toBe(2)
    expect((await run('--instruments', '1001')).errors).toContain('--instruments takes a whole number')
  })
})
