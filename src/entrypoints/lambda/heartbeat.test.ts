import { expect, test } from 'vitest'
import { listedInstrument } from '../../../test/contracts/sample-records.ts'
import type { StoredMark } from '../../ports/publisher.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'
import { heartbeat } from './heartbeat.ts'

const NOW_MS = 1_700_000_000_000
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
    places: { read: async () => ({ marks, shardBytes: new Map([['shard-1', 0]]) }) },
    seed: { sow: async () => {} },
    entry: {
      submit: async (commands) => {
        groups.push([...commands])
        return []
      },
    },
    nowMs: () => NOW_MS,
    pause: async (delayMs) => void pauses.push(delayMs),
  })
  return { groups, refreshes, pauses }
}

test('sends the time to each instrument that needs a record, and to no other', async () => {
  const mark = { position: '5', eventNumber: 1, tradeNumber: 0, snapshot: { position: '5', shardBytes: 0 } }
  const schedule = { recordAtMs: NOW_MS - 1_000, shardId: 'shard-1' }
  const marks = new Map<string, StoredMark>([
    ['AAA', { ...mark, schedule: { ...schedule, nextExpiryMs: NOW_MS } }],
    ['BBB', { ...mark, schedule: { ...schedule, nextExpiryMs: NOW_MS + 1 } }],
    ['DDD', { ...mark, schedule }],
  ])
  const symbols = [{ symbol: 'AAA' }, { symbol: 'BBB' }, { symbol: 'CCC', closed: true }, { symbol: 'DDD' }]
  const { groups, refreshes } = await beat(symbols, marks)
  expect(refreshes).toBe(1)
  expect(groups).toEqual([[{ kind: 'AdvanceTime', symbol: 'AAA' }]])
})

test('leaves capacity in a shard with a thousand instruments', async () => {
  const { groups, pauses } = await beat(Array.from({ length: 1_000 }, (_, i) => ({ symbol: `S${i}` })))
  expect(groups.flat()).toHaveLength(1_000)
  const seconds = pauses.reduce((sum, delayMs) => sum + delayMs, 0) / 1_000
  expect(Math.max(...groups.map(({ length }) => length))).toBeLessThanOrEqual(100)
  // A shard accepts 1,000 records a second.
  expect(1_000 / seconds).toBeLessThan(500)
})
