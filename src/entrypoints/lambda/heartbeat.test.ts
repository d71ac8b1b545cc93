import { expect, test } from 'vitest'
import { listedInstrument } from '../../../test/contracts/sample-records.ts'
import type { StoredMark } from '../../ports/publisher.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { heartbeat } from './heartbeat.ts'

const TERMS = { base: 'A', quote: 'B', tickSize: '0.01', lotSize: '1' }

async function beat(symbols: readonly { symbol: string; closed?: boolean }[], marks = new Map<string, StoredMark>()) {
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
    marks: { marks: async (wanted) => new Map([...marks].filter(([symbol]) => wanted.includes(symbol))) },
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

test('sends the time to a closed instrument that needs a snapshot or has kept records', async () => {
  const mark = { position: '5', eventNumber: 1, tradeNumber: 0 }
  const state = { kind: 'parked', reason: '', position: '6', sinceMs: 0, keptThrough: '6' } as const
  const marks = new Map<string, StoredMark>([
    ['LATE', { ...mark, snapshot: { position: '4', shardBytes: 0 } }],
    ['NONE', mark],
    ['DONE', { ...mark, snapshot: { position: '5', shardBytes: 0 } }],
    ['KEPT', { ...mark, snapshot: { position: '5', shardBytes: 0 }, state }],
  ])
  const { groups } = await beat(
    ['NEVER', ...marks.keys()].map((symbol) => ({ symbol, closed: true })),
    marks,
  )
  expect(groups.flat().map(({ symbol }) => symbol)).toEqual(['LATE', 'NONE', 'KEPT'])
})

test('leaves capacity in a shard with a thousand instruments', async () => {
  const { groups, pauses } = await beat(Array.from({ length: 1_000 }, (_, i) => ({ symbol: `S${i}` })))
  expect(groups.flat()).toHaveLength(1_000)
  const seconds = pauses.reduce((sum, delayMs) => sum + delayMs, 0) / 1_000
  expect(Math.max(...groups.map(({ length }) => length))).toBeLessThanOrEqual(100)
  // A shard accepts 1,000 records a second.
  expect(1_000 / seconds).toBeLessThan(500)
})
