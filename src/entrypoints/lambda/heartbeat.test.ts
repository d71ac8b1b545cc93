import { expect, test } from 'vitest'
import { listedInstrument } from '../../../test/contracts/sample-records.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { heartbeat } from './heartbeat.ts'

const TERMS = { base: 'A', quote: 'B', tickSize: '0.01', lotSize: '1' }

async function beat(symbols: readonly { symbol: string; closed?: boolean }[]) {
  const directory = new InstrumentDirectory()
  const groups: Command[][] = []
  let refreshes = 0
  const pauses: number[] = []
  await heartbeat({
    instruments: {
      directory,
      refresh: async () => {
        refreshes++
        for (const { symbol, closed = false } of symbols) {
          directory.set(symbol, listedInstrument({ symbol, ...TERMS }, { closed }))
        }
      },
    },
    seed: { sow: async () => {} },
    entry: {
      submit: async (commands) => {
        groups.push([...commands])
        return []
      },
    },
    nowMs: () => 1,
    pause: async (delayMs) => void pauses.push(delayMs),
  })
  return { groups, refreshes, pauses }
}

test('sends the time to every instrument that is not closed', async () => {
  const { groups, refreshes } = await beat([{ symbol: 'AAA' }, { symbol: 'BBB', closed: true }, { symbol: 'CCC' }])
  expect(refreshes).toBe(1)
  expect(groups).toEqual([
    [
      { kind: 'AdvanceTime', symbol: 'AAA' },
      { kind: 'AdvanceTime', symbol: 'CCC' },
    ],
  ])
})

test('leaves capacity in a shard with a thousand instruments', async () => {
  const { groups, pauses } = await beat(Array.from({ length: 1_000 }, (_, i) => ({ symbol: `S${i}` })))
  expect(groups.flat()).toHaveLength(1_000)
  const seconds = pauses.reduce((sum, delayMs) => sum + delayMs, 0) / 1_000
  expect(Math.max(...groups.map(({ length }) => length))).toBeLessThanOrEqual(100)
  // A shard accepts 1,000 records a second.
  expect(1_000 / seconds).toBeLessThan(500)
})
