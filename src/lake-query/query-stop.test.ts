import { expect, test, vi } from 'vitest'
import { QUERY_MEMORY_BESIDE_MIB } from '../protocol/limits.ts'
import { type QueryBounds, QueryStop } from './query-stop.ts'

/** Resolves with the reason when the query is interrupted, which it does not obey. */
function stopped(bounds: QueryBounds): { stop: QueryStop; reason: Promise<string>; interrupt: () => void } {
  const interrupt = vi.fn()
  let stop = {} as QueryStop
  const reason = new Promise<string>((resolve) => {
    stop = new QueryStop({ interrupt }, { ...bounds, onStop: ({ message }) => resolve(message) })
  })
  return { stop, reason, interrupt }
}

test.each([
  ['its time', { seconds: 0.01, memoryMiB: 100_000 }, /stopped after 0\.01 s/],
  ['memory that DuckDB does not count', { memoryMiB: -QUERY_MEMORY_BESIDE_MIB }, /more memory than --memory allows/],
  ['a signal that came before it', { memoryMiB: 100_000, signal: AbortSignal.abort() }, /interrupted/],
])('%s interrupts a query, once, and is reported', async (_, bounds, message) => {
  const { stop, reason, interrupt } = stopped(bounds)
  expect(await reason).toMatch(message)
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(interrupt).toHaveBeenCalledTimes(1)
  expect(() => stop.check()).toThrow(message)
  stop.end()
})

test('a query that has ended is not interrupted', async () => {
  const { stop, interrupt } = stopped({ seconds: 0.01, memoryMiB: 100_000 })
  stop.end()
  await new Promise((resolve) => setTimeout(resolve, 30))
  expect(interrupt).not.toHaveBeenCalled()
  stop.check()
})
