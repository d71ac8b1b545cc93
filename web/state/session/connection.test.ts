import { signal } from '@preact/signals'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

const asked = vi.hoisted(() => ({ answers: [] as ((time: string) => void)[], tell: () => {} }))
const counts = { lost: 0, gaps: 0, checksums: 0, roundTripMs: 7 }

vi.mock('./session.ts', () => ({ client: signal(undefined) }))

const { client } = (await import('./session.ts')) as unknown as { client: { value: object | undefined } }
const { clockOffsetMs, connection, exchangeTimeMs, startConnection } = await import('./connection.ts')

const NOW = Date.parse('2030-01-31T12:00:00Z')
const answer = async (time: string) => {
  asked.answers.shift()?.(time)
  await vi.advanceTimersByTimeAsync(0)
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.stubGlobal('document', { visibilityState: 'visible' })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('the round trip leaves out the time without a connection, and a wrong clock is noticed', async () => {
  startConnection()
  client.value = {
    state: 'open',
    counts,
    time: () => new Promise((resolve) => asked.answers.push(resolve)),
    onState: () => () => {},
  }
  await vi.advanceTimersByTimeAsync(40)
  await answer('2030-01-31T12:00:00.020Z')
  expect([connection.value.roundTripMs, clockOffsetMs.value]).toEqual([40, 0])

  await vi.advanceTimersByTimeAsync(5_000)
  counts.lost++
  await vi.advanceTimersByTimeAsync(4_000)
  await answer('2030-01-31T12:00:09.000Z')
  expect(connection.value.roundTripMs).toBe(40)

  await vi.advanceTimersByTimeAsync(1_000)
  await answer('2030-01-31T14:00:10.040Z')
  expect(Math.round(clockOffsetMs.value / 1_000)).toBe(7_200)
  expect(exchangeTimeMs() - Date.now()).toBe(clockOffsetMs.value)
})
