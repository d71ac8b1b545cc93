import { afterEach, expect, test, vi } from 'vitest'
import { CORE_STATS } from '../../../test/contracts/sample-core-stats.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { CoreHealth } from './core-health.ts'

afterEach(() => {
  vi.useRealTimers()
})

const { troubles: _, measured: __, ...COUNTS } = CORE_STATS

test('shows the counts of the core', async () => {
  const health = new CoreHealth(async () => CORE_STATS)
  expect(await health.health()).toEqual({ status: 'ok', ...COUNTS })
})

test('says that the core does not respond after one second, and asks it only once', async () => {
  vi.useFakeTimers()
  let asked = 0
  let answer: (stats: never) => void = () => {}
  const health = new CoreHealth(() => {
    asked++
    return new Promise((resolve) => {
      answer = resolve
    })
  })
  const probes = [health.health(), health.health(), health.stats()]
  await vi.advanceTimersByTimeAsync(999)
  const late = health.health()
  await vi.advanceTimersByTimeAsync(1)
  const failing = { status: 'failing', code: 'core_not_responding', detail: 'The core did not answer within 1000 ms.' }
  expect(await Promise.all(probes)).toEqual([failing, failing, undefined])
  expect(asked).toBe(1)
  answer(CORE_STATS as never)
  expect(await late).toMatchObject({ status: 'ok', commands: 7 })
  expect(health.latest).toMatchObject({ commands: 7 })
})

test('is degraded while something is wrong, and says what and since when', async () => {
  const troubles = [{ cause: 'store_failing', sinceMs: 60_000, detail: 'It is full.' }] as const
  const health = new CoreHealth(async () => ({ ...CORE_STATS, troubles }))
  const causes = [{ cause: 'store_failing', since: '1970-01-01T00:01:00.000Z', detail: 'It is full.' }]
  expect(await health.health()).toEqual({ status: 'degraded', causes, ...COUNTS })
})

test('a core that has failed is a failure', async () => {
  const gone = new OperationalFailure('unavailable', 'it broke', { retryable: false })
  await expect(new CoreHealth(() => Promise.reject(gone)).health()).rejects.toThrow('it broke')
})
