import { signal } from '@preact/signals'
import { afterEach, expect, test, vi } from 'vitest'

const asked = vi.hoisted(() => ({ answers: [] as (() => object)[] }))
vi.mock('../page/settings.ts', () => ({ symbol: signal(''), watchList: signal([]) }))
vi.mock('../session/connection.ts', () => ({ linkState: signal('live') }))
vi.mock('../session/session.ts', () => ({
  client: signal(undefined),
  get: async () => {
    const answer = asked.answers.shift()
    if (answer === undefined) throw new Error('503')
    return answer()
  },
}))
vi.mock('./market.ts', () => ({ livePhase: signal(undefined) }))

const { instrument, instrumentsState, refreshInstruments } = await import('./instruments.ts')

afterEach(() => vi.useRealTimers())

test('instruments that could not be read at the start are asked for again soon', async () => {
  vi.useFakeTimers()
  await Promise.all([refreshInstruments(), refreshInstruments()])
  expect(instrumentsState.value).toBe('failed')
  const row = { symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.001', closed: false }
  // One that a newer exchange has does not hide the others.
  const finer = { ...row, symbol: 'FINER', tickSize: '0.0000000000001' }
  asked.answers.push(() => ({ instruments: [finer, row] }))
  await vi.advanceTimersByTimeAsync(2_000)
  expect([instrumentsState.value, instrument.value?.symbol]).toEqual(['ready', 'BTCUSD'])
  // What is known stays, and nothing is asked before its time.
  await refreshInstruments()
  expect([instrumentsState.value, vi.getTimerCount()]).toEqual(['ready', 0])
})
