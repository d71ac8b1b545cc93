import { expect, test } from 'vitest'
import type { CoreStopped } from '../../adapters/embedded/threads/core-messages.ts'
import { FAILED_TO_STOP, LEFT_TO_THE_LOG, shutDown } from './shut-down.ts'

function running(stop: (withinMs: number) => Promise<CoreStopped>) {
  const lines: [string, string][] = []
  const drains: number[] = []
  const given: number[] = []
  return {
    lines,
    drains,
    given,
    parts: {
      server: {
        close: async (drainMs: number) => {
          drains.push(drainMs)
        },
      },
      core: {
        stop: (withinMs: number) => {
          given.push(withinMs)
          return stop(withinMs)
        },
      },
      logger: {
        info: (_: object, message: string) => lines.push(['info', message]),
        warn: (_: object, message: string) => lines.push(['warn', message]),
        error: (_: object, message: string) => lines.push(['error', message]),
      },
    },
  }
}

test('gives clients half of the time, and the core the rest', async () => {
  const { parts, drains, given, lines } = running(async () => ({ unstoredEvents: 0, snapshot: 'saved' }))
  expect(await shutDown(parts, 5_000)).toBe(0)
  expect(drains).toEqual([2_500])
  expect(given[0]).toBeGreaterThan(4_000)
  expect(given[0]).toBeLessThan(5_000)
  expect(lines).toEqual([['info', 'stopped']])
})

test('says that the next start rebuilds what could not be stored', async () => {
  const { parts, lines } = running(async () => ({ unstoredEvents: 9, snapshot: 'skipped' }))
  await shutDown(parts, 5_000)
  expect(lines).toEqual([['warn', LEFT_TO_THE_LOG]])
})

test('ends in time although the core does not stop', async () => {
  const { parts, lines } = running(() => new Promise(() => {}))
  const startedMs = performance.now()
  await shutDown(parts, 500)
  expect(performance.now() - startedMs).toBeLessThan(500)
  expect(lines).toEqual([['warn', `the time to stop is over; ${LEFT_TO_THE_LOG}`]])
})

test('a core that fails while it stops is reported, and the exit code is 1', async () => {
  const { parts, lines } = running(async () => {
    throw new Error('EIO')
  })
  expect(await shutDown(parts, 5_000)).toBe(1)
  expect(lines).toEqual([['error', FAILED_TO_STOP]])
})
