import { expect, test, vi } from 'vitest'
import { OperationalFailure } from '../../protocol/failure.ts'
import { catchUp } from './catch-up.ts'

test('a store that takes nothing does not fail the start, and is tried again', () => {
  vi.useFakeTimers()
  try {
    let attempts = 0
    const store = {
      symbolsBehind: 1,
      catchUp() {
        if (++attempts < 3)
          throw new OperationalFailure('storage_failed', 'No space left on device', { retryable: true })
        store.symbolsBehind = 0
        return 7
      },
    }
    const reported: [string, object][] = []
    catchUp(
      store,
      (message, fields) => reported.push([message, fields]),
      () => false,
    )
    expect(attempts).toBe(1)
    vi.runAllTimers()
    expect(attempts).toBe(3)
    expect(reported.at(-1)).toEqual(['fills and candles were made from the stored trades', { trades: 7 }])
  } finally {
    vi.useRealTimers()
  }
})
