import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { showProgress } from './progress.ts'

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => vi.useRealTimers())

function written(isTTY: boolean, json: boolean): string {
  const output = Object.assign(new PassThrough(), { isTTY, columns: 120, cursorTo() {}, clearLine() {} })
  const progress = showProgress(output, json)
  progress.update(1_000, 40_000)
  vi.advanceTimersByTime(5_001)
  progress.update(20_000, 40_000)
  progress.update(21_000, 40_000)
  progress.stop()
  return String(output.read() ?? '')
}

test('a pipe gets a line every few seconds', () => {
  expect(written(false, false)).toBe('replay: 20,000 of 40,000 events, 50%\n')
})

test('a pipe gets nothing with JSON', () => {
  expect(written(false, true)).toBe('')
})

test.each([true, false])('a terminal gets a bar, with JSON: %s', (json) => {
  expect(written(true, json)).toContain('/40000 events')
})

test('stopping before the first update shows nothing', () => {
  const output = Object.assign(new PassThrough(), { isTTY: true })
  showProgress(output, false).stop()
  expect(output.read()).toBeNull()
})
