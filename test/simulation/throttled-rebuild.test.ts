/**
 * A lost cache on a shard with Kinesis' documented limits. The time from the loss until every book is back and the
 * matcher is at the end of the stream is bounded, at any load. docs/concepts/exactly-once.md has the figures;
 * `THROTTLED=all` prints them for all loads.
 */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { steadyStream, ThrottledExchange } from './throttled-exchange.ts'

const STEP_MS = 250
const MINUTE_MS = 60_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_800_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = async (durationMs: number) => {
  for (let passed = 0; passed < durationMs; passed += STEP_MS) await vi.advanceTimersByTimeAsync(STEP_MS)
}

interface Loss {
  readonly perSecond: number
  readonly bytes: number
  /** Symbols whose book is lost; absent: all of them. */
  readonly lost?: readonly string[]
  readonly beforeMs: number
}

/** Runs until a loss, and returns how long the recovery took; undefined if it did not end within six minutes. */
async function recoveryOf({ perSecond, bytes, lost, beforeMs }: Loss) {
  const exchange = new ThrottledExchange(steadyStream(10, perSecond, bytes))
  exchange.start()
  await pass(beforeMs)
  expect(exchange.isHealthy).toBe(true)
  exchange.shard.bytesRead = 0
  exchange.shard.refusals = 0
  const lostAtMs = Date.now()
  if (lost === undefined) exchange.cache.books.clear()
  else for (const symbol of lost) exchange.cache.books.delete(symbol)
  let healthyMs = 0
  let recoveredMs: number | undefined
  /** The longest time in which a symbol that has its book did not trade. */
  let waitedMs = 0
  let markedAtMs = Date.now()
  let mark = exchange.published.marks.get('S9')?.position
  while (Date.now() - lostAtMs < 6 * MINUTE_MS && healthyMs < 5_000) {
    await pass(STEP_MS)
    const now = exchange.published.marks.get('S9')?.position
    if (now !== mark) {
      mark = now
      markedAtMs = Date.now()
    }
    waitedMs = Math.max(waitedMs, Date.now() - markedAtMs)
    healthyMs = exchange.isHealthy && (exchange.counts.rebuilds ?? 0) > 0 ? healthyMs + STEP_MS : 0
    if (healthyMs === STEP_MS) recoveredMs = Date.now() - lostAtMs
  }
  const result = { recoveredMs: healthyMs >= 5_000 ? recoveredMs : undefined, waitedMs, exchange }
  const stopping = exchange.stop()
  await pass(MINUTE_MS)
  await stopping
  return result
}

describe('an emptied cache', () => {
  test('at 100 orders a second, 15 minutes after the last snapshot, is back within a minute', async () => {
    const { recoveredMs, exchange } = await recoveryOf({ perSecond: 100, bytes: 200, beforeMs: 14 * MINUTE_MS })
    expect(recoveredMs).toBeLessThan(MINUTE_MS)
    expect(exchange.differences()).toEqual([])
  }, 240_000)

  test.each([150_000, 180_000])(
    'at the maximum input of 1 MB a second is back within 3 minutes',
    async (beforeMs) => {
      const { recoveredMs, exchange } = await recoveryOf({ perSecond: 100, bytes: 10_000, beforeMs })
      expect(recoveredMs).toBeLessThan(3 * MINUTE_MS)
      expect(exchange.longestMs).toBeLessThan(MINUTE_MS)
      expect(exchange.differences()).toEqual([])
    },
    240_000,
  )
})

test('one lost book at 1 MB a second is back within 3 minutes, and the others trade on', async () => {
  const loss = { perSecond: 100, bytes: 10_000, lost: ['S3', 'QUIET'], beforeMs: 150_000 }
  const { recoveredMs, waitedMs, exchange } = await recoveryOf(loss)
  expect(recoveredMs).toBeLessThan(3 * MINUTE_MS)
  expect(waitedMs).toBeLessThan(10_000)
  expect(exchange.differences()).toEqual([])
}, 240_000)

/** The smallest load always runs, so that the table can be made again. */
const FOR_THE_DOCS = process.env.THROTTLED === 'all'
const RUNS = FOR_THE_DOCS ? 4 : 1
const LOADS = [
  [10, 200],
  [100, 200],
  [100, 1_000],
  [100, 2_500],
  [100, 5_000],
  [100, 10_000],
].slice(0, FOR_THE_DOCS ? undefined : 1)

describe('for the table of the docs', () => {
  for (const [perSecond, bytes] of LOADS) {
    test(`${perSecond} records of ${bytes} bytes a second`, async () => {
      const [startMs, stepMs] = bytes > 2_000 ? [150_000, 9_000] : [13.5 * MINUTE_MS, 30_000]
      const worst = { allMs: 0, oneMs: 0, waitedMs: 0 }
      for (let i = 0; i < RUNS; i++) {
        const beforeMs = startMs + i * stepMs
        const all = await recoveryOf({ perSecond, bytes, beforeMs })
        const one = await recoveryOf({ perSecond, bytes, beforeMs, lost: ['S3', 'QUIET'] })
        worst.allMs = Math.max(worst.allMs, all.recoveredMs ?? Number.NaN)
        worst.oneMs = Math.max(worst.oneMs, one.recoveredMs ?? Number.NaN)
        worst.waitedMs = Math.max(worst.waitedMs, one.waitedMs)
      }
      expect(Math.max(worst.allMs, worst.oneMs)).toBeLessThan(3 * MINUTE_MS)
      if (FOR_THE_DOCS) console.log(`${(perSecond * bytes) / 1_000} KB/s: ${JSON.stringify(worst)}`)
    }, 600_000)
  }
})
