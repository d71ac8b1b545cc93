/** When a shard is read again: after refusals with a growing delay, and without records when the source tells a change. */

import { expect, test } from 'vitest'
import { MAPPING_DEFAULTS } from './mapping-options.ts'
import { consumeShard } from './shard-consumer.ts'
import type { Page } from './stream-source.ts'

const RECORD = { sequenceNumber: '1', partitionKey: 'A', data: Buffer.from(''), arrivedAtMs: 0 }

/** Reads a shard of one record that refuses the first `refusals` reads. Returns the delays between them. */
async function delaysOf(refusals: number): Promise<number[]> {
  const delays: number[] = []
  let reads = 0
  const read = async (): Promise<Page> => {
    if (++reads <= refusals) throw new Error('Rate exceeded for shard')
    return { records: [RECORD], end: true }
  }
  const isDone = await consumeShard(
    'shard-0',
    undefined,
    { ...MAPPING_DEFAULTS, pollMs: 20 },
    {
      source: { streamArn: '', shards: async () => [], read },
      deliver: async (batch, finished) => finished(batch),
      checkpoint: () => {},
      delay: async (delayMs) => void delays.push(delayMs),
      nowMs: () => 0,
      stopped: () => false,
    },
  )
  expect(isDone).toBe(true)
  return delays
}

test('refused reads are tried again after up to a second, for longer than the service refuses them', async () => {
  expect(await delaysOf(3)).toEqual([40, 80, 160])
  const delays = await delaysOf(50)
  expect(Math.max(...delays)).toBe(1_000)
  expect(delays.reduce((sum, delayMs) => sum + delayMs, 0)).toBeGreaterThan(5_000)
})

test('the mapping fails if a shard can never be read', async () => {
  await expect(delaysOf(200)).rejects.toThrow('Rate exceeded')
})

test('a quiet shard is read again when its source tells a change', async () => {
  const steps: string[] = []
  let reads = 0
  await consumeShard('shard-0', undefined, MAPPING_DEFAULTS, {
    source: {
      streamArn: '',
      shards: async () => [],
      read: async () => {
        steps.push('read')
        return { records: [], end: ++reads === 2 }
      },
      changed: async (shardId) => void steps.push(`changed ${shardId}`),
    },
    deliver: async () => {},
    checkpoint: () => {},
    delay: async (delayMs) => void steps.push(`delay ${delayMs}`),
    nowMs: () => 0,
    stopped: () => false,
  })
  expect(steps).toEqual(['read', 'delay 250', 'changed shard-0', 'read'])
})
