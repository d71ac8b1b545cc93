import { expect, onTestFinished, test, vi } from 'vitest'
import { STEP_MS, StreamClock } from './stream-clock.ts'

const HOUR = 3_600_000
const START = 1_800_000_000_000

/** A machine whose clocks a test moves: `pass` lets time pass for all, the others move one of them. */
function machine() {
  const clocks = { wall: START, monotonic: 500, boot: 9_500 }
  const steps: string[] = []
  const clock = new StreamClock(({ kind, seconds }) => steps.push(`${kind} ${Math.round(seconds)}`), {
    wallMs: () => clocks.wall,
    monotonicMs: () => clocks.monotonic,
    bootMs: () => clocks.boot,
  })
  return {
    clock,
    steps,
    /** The time of the exchange, in ms since the start. */
    now: () => clock.nowMs() - START,
    pass: (ms: number) => {
      clocks.wall += ms
      clocks.monotonic += ms
      clocks.boot += ms
    },
    step: (ms: number) => {
      clocks.wall += ms
    },
    suspend: (ms: number) => {
      clocks.wall += ms
      clocks.boot += ms
    },
    causes: () => clock.troubles.map(({ cause }) => cause),
  }
}

test('follows a clock that is adjusted, ahead and back', () => {
  const { now, pass, step, steps, causes } = machine()
  expect(now()).toBe(0)
  for (const ms of [STEP_MS, -STEP_MS, 3_000, -20]) {
    pass(10_000)
    step(ms)
    now()
  }
  expect(now()).toBe(42_980)
  expect([steps, causes()]).toEqual([[], []])
})

test('does not follow a step ahead: time goes on at its pace, and follows when the clock is right again', () => {
  const { clock, now, pass, step, steps, causes } = machine()
  step(HOUR)
  pass(1_000)
  expect(now()).toBe(1_000)
  pass(60_000)
  expect(now()).toBe(61_000)
  expect(clock.aheadSeconds).toBe(3_600)
  expect(clock.troubles).toMatchObject([
    { cause: 'clock_ahead', sinceMs: START + 1_000, detail: expect.stringContaining('3600 s') },
  ])
  step(-HOUR)
  expect(now()).toBe(61_000)
  expect([steps, causes(), clock.aheadSeconds]).toEqual([['ahead 3600', 'agrees 0'], [], 0])
})

test('follows a step of the time for which the machine was suspended', () => {
  const { now, suspend, pass, step, steps, causes } = machine()
  suspend(8 * HOUR)
  expect(now()).toBe(8 * HOUR)
  pass(10)
  step(8 * HOUR)
  expect(now()).toBe(8 * HOUR + 10)
  expect([steps, causes()]).toEqual([['agrees 28800', 'ahead 28800'], ['clock_ahead']])
})

test('stands still after a step back, until the clock has caught up', () => {
  const { clock, now, pass, step, steps, causes } = machine()
  pass(1_000)
  expect(now()).toBe(1_000)
  step(-HOUR)
  expect(now()).toBe(1_000)
  expect([causes(), clock.behindSeconds]).toEqual([['log_ahead'], 3_600])
  pass(HOUR / 2)
  expect([now(), clock.behindSeconds]).toEqual([1_000, 1_800])
  pass(HOUR / 2 + 10)
  expect([now(), causes(), steps]).toEqual([1_010, [], ['back 3600']])
})

test('a wrong step back and its correction leave no trace', () => {
  const { now, pass, step, causes } = machine()
  expect(now()).toBe(0)
  step(-100 * HOUR)
  pass(1_000)
  expect(now()).toBe(0)
  step(100 * HOUR)
  pass(1_000)
  expect([now(), causes()]).toEqual([2_000, []])
})

test('once time has caught up after a step back, a step ahead is not followed as a return', () => {
  const { now, pass, step, causes } = machine()
  expect(now()).toBe(0)
  step(-HOUR)
  expect(now()).toBe(0)
  pass(HOUR + 1_000)
  expect(now()).toBe(1_000)
  step(HOUR)
  expect([now(), causes()]).toEqual([1_000, ['clock_ahead']])
})

test('is never before the last command of the log, and says how far the log is ahead', () => {
  const { clock, now, pass, causes } = machine()
  clock.atLeast(START + HOUR)
  expect([now(), causes(), clock.behindSeconds]).toEqual([HOUR, ['log_ahead'], 3_600])
  pass(HOUR + 5)
  expect([now(), causes()]).toEqual([HOUR + 5, []])
})

test('reads the clock at intervals while it is watched', () => {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { clock, pass, step, causes } = machine()
  clock.watch()
  // A drift of a second a minute, for an hour without a command.
  for (let i = 0; i < 60; i++) {
    pass(60_000)
    step(1_000)
    vi.advanceTimersByTime(60_000)
  }
  clock.nowMs()
  expect(causes()).toEqual([])
})
