import { describe, expect, test } from 'vitest'
import type { Kept } from '../../ports/commit-store.ts'
import { leaveCore, type StoppingParts, stopCore } from './stop-core.ts'

const never = () => new Promise<never>(() => {})

function parts(
  changed: Partial<Record<'close' | 'storeClose' | 'lakeEnd', () => Promise<never>>> = {},
  openOrders = 0,
) {
  const done: string[] = []
  const kept: Kept = { unstoredEvents: 0, snapshot: 'saved' }
  const stopping: StoppingParts = {
    stream: {
      close: async () => {
        done.push('log')
      },
    },
    exchange: {
      close:
        changed.close ??
        (async () => {
          done.push('records')
          return kept
        }),
      stateHash: () => {
        done.push('hash')
        return 'abc'
      },
      counts: () => ({ openOrders, uncommittedEvents: 7 }),
    },
    store: {
      close:
        changed.storeClose ??
        (async () => {
          done.push('store')
        }),
    },
    lake: {
      end:
        changed.lakeEnd ??
        (async (store) => {
          done.push(store ? 'lake' : 'lake left')
        }),
    },
    lock: { release: () => done.push('lock') },
    nowMs: () => performance.now(),
  }
  return { stopping, done }
}

describe('the core stops', () => {
  test('the log first, then the records, the hash and the store', async () => {
    const { stopping, done } = parts()
    expect(await stopCore(stopping, 5_000)).toEqual({ stateHash: 'abc', unstoredEvents: 0, snapshot: 'saved' })
    expect(done).toEqual(['log', 'lake', 'records', 'hash', 'store', 'lock'])
  })

  test('without the hash if there are too many open orders for the time', async () => {
    const { stopping, done } = parts({}, 1_000_000)
    expect(await stopCore(stopping, 5_000)).toEqual({ unstoredEvents: 0, snapshot: 'saved' })
    expect(done).toEqual(['log', 'lake', 'records', 'store', 'lock'])
    expect(await stopCore(stopping, Number.POSITIVE_INFINITY)).toMatchObject({ stateHash: 'abc' })
  })

  test.each(['close', 'storeClose', 'lakeEnd'] as const)('in time, also if %s never ends', async (what) => {
    const { stopping, done } = parts({ [what]: never })
    const stopped = await stopCore(stopping, 400)
    expect(done[0]).toBe('log')
    // Something may still be writing.
    expect(done).not.toContain('lock')
    // The hash depends on the time that is left.
    if (what === 'close') expect(stopped).toMatchObject({ unstoredEvents: 7, snapshot: 'skipped' })
  })

  test('after a failure without storing anything', async () => {
    const { stopping, done } = parts()
    const exchange = {
      abandon: async () => {
        done.push('timers')
      },
    }
    await leaveCore({ ...stopping, exchange })
    expect(done).toEqual(['timers', 'lake left', 'store', 'lock'])
    done.length = 0
    await leaveCore({ ...stopping, exchange, store: { close: never } })
    expect(done).toEqual(['timers', 'lake left'])
  })
})
