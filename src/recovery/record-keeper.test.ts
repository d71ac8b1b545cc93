import { beforeEach, expect, test, vi } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { ManualClock, MemorySnapshots, MemoryStore, settled } from '../../test/contracts/memory-ports.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import { BEGINNING } from '../ports/order-stream.ts'
import type { Snapshot } from '../ports/snapshot-store.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { COMMIT_EVENTS } from '../protocol/limits.ts'
import * as exchangeSnapshot from './exchange-snapshot.ts'
import { RecordKeeper } from './record-keeper.ts'

vi.mock('./exchange-snapshot.ts', { spy: true })
beforeEach(() => {
  vi.mocked(exchangeSnapshot.takeSnapshot).mockReset()
})

/** With a million replayed commands the first commit takes a snapshot. */
function opened(replayedCommands?: number) {
  const state = definedState()
  state.apply({ position: '1', timestampMs: 1, commands: [placeOrder('a', { timeInForce: 'IOC' })] })
  const store = new MemoryStore()
  const snapshots = new MemorySnapshots()
  const clock = new ManualClock()
  const troubles: string[] = []
  const keeper = new RecordKeeper(
    { state, replayedCommands: replayedCommands ?? state.matcher.commandCount },
    {
      store,
      snapshots,
      nowMs: () => clock.nowMs,
      // A timer of Node takes at least 1 ms.
      later: (delayMs, call) => clock.later(Math.max(delayMs, 1), call),
      onTrouble: (what, cause) => troubles.push(`${what}: ${cause}`),
    },
  )
  return { keeper, state, store, snapshots, troubles, clock }
}
const NO_HURRY = () => Number.POSITIVE_INFINITY

test('a snapshot is saved only after the records that it builds on have reached the disk', async () => {
  const { keeper, store, snapshots } = opened()
  const steps: string[] = []
  let onDisk = () => {}
  store.flushed = () => {
    steps.push(`flush at ${store.position}`)
    return new Promise((resolve) => {
      onDisk = resolve
    })
  }
  const save = snapshots.save.bind(snapshots)
  snapshots.save = async (snapshot: Snapshot) => {
    steps.push(`save ${snapshot.position}`)
    await save(snapshot)
  }
  const closing = keeper.close(NO_HURRY)
  for (let i = 0; i < 5; i++) await settled()
  const position = store.position
  expect(position).not.toBe(BEGINNING)
  expect(steps).toEqual([`flush at ${position}`])
  onDisk()
  expect(await closing).toMatchObject({ snapshot: 'saved' })
  expect(steps).toEqual([`flush at ${position}`, `save ${position}`])
})

test('a stop waits for the snapshot of a commit, and does not write it twice', async () => {
  const { keeper, state, snapshots, clock } = opened(1_000_000)
  const saved: string[] = []
  let written = () => {}
  snapshots.save = ({ position }: Snapshot) => {
    saved.push(position)
    return new Promise((resolve) => {
      written = resolve
    })
  }
  await keeper.commit()
  await clock.advance(1_000)
  expect(saved).toEqual([])
  // The snapshot is prepared, and this commit is of its position.
  state.apply({ position: '2', timestampMs: 2, commands: [placeOrder('b', { timeInForce: 'IOC' })] })
  await keeper.commit()
  await clock.advance(1_000)
  expect(saved).toEqual(['2'])
  const closing = keeper.close(NO_HURRY)
  let isClosed = false
  void closing.then(() => {
    isClosed = true
  })
  for (let i = 0; i < 5; i++) await settled()
  expect(isClosed).toBe(false)
  written()
  expect(await closing).toMatchObject({ snapshot: 'unchanged' })
  expect(saved).toHaveLength(1)
})

test('commits go on while a snapshot is encoded and saved, and the next one begins after it', async () => {
  const { keeper, state, store, snapshots, clock } = opened(1_000_000)
  const saved: string[] = []
  let written = () => {}
  snapshots.save = ({ position }: Snapshot) => {
    saved.push(position)
    return new Promise((resolve) => {
      written = resolve
    })
  }
  const commit = async (position: string) => {
    state.apply({ position, timestampMs: 2, commands: [placeOrder(position, { timeInForce: 'IOC' })] })
    await keeper.commit()
    expect(store.position).toBe(position)
    await clock.advance(100)
  }
  // Prepared, then made, then written.
  for (const position of ['2', '3', '4']) await commit(position)
  expect(saved).toEqual(['3'])
  written()
  await clock.advance(100)
  // 250,000 commands have to come before the next.
  for (const position of ['5', '6', '7']) await commit(position)
  expect(saved).toEqual(['3'])
})

test('a stop does not wait for a snapshot that is not encoded yet, and saves the last state', async () => {
  const { keeper, state, snapshots, clock } = opened(1_000_000)
  await keeper.commit()
  await clock.advance(1_000)
  state.apply({ position: '2', timestampMs: 2, commands: [placeOrder('b', { timeInForce: 'IOC' })] })
  await keeper.commit()
  state.apply({ position: '3', timestampMs: 3, commands: [placeOrder('c', { timeInForce: 'IOC' })] })
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'saved' })
  await clock.advance(1_000)
  expect([...snapshots.kept.keys()]).toEqual(['3'])
})

test('a snapshot is not saved if the commit to its position fails', async () => {
  const { keeper, state, store, snapshots, clock } = opened(1_000_000)
  await keeper.commit()
  await clock.advance(1_000)
  state.apply({ position: '2', timestampMs: 2, commands: [placeOrder('b', { timeInForce: 'IOC' })] })
  store.disk = new Promise((_, reject) => clock.later(500, () => reject(new Error('ENOSPC'))))
  const failing = keeper.commit()
  failing.catch(() => {})
  await clock.advance(1_000)
  await expect(failing).rejects.toThrow('ENOSPC')
  expect(snapshots.kept.size).toBe(0)
})

test('records that do not reach the disk leave no snapshot', async () => {
  const { keeper, store, snapshots, troubles } = opened()
  store.flushed = async () => {
    throw new Error('EIO')
  }
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'failed' })
  expect(snapshots.kept.size).toBe(0)
  expect(troubles).toEqual(['the snapshot could not be stored: Error: EIO'])
})

test('a snapshot that failed is tried again at the stop, also if no command came after it', async () => {
  const { keeper, store, snapshots } = opened()
  const flushed = store.flushed.bind(store)
  store.flushed = async () => {
    throw new Error('EIO')
  }
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'failed' })
  store.flushed = flushed
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'saved' })
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'unchanged' })
  expect(snapshots.kept.size).toBe(1)
})

test('a state that is too large for a snapshot is reported, and the records are stored', async () => {
  const { keeper, state, store, troubles } = opened()
  vi.mocked(exchangeSnapshot.takeSnapshot).mockImplementation(() => {
    throw new OperationalFailure('storage_failed', 'too large', { retryable: false })
  })
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'failed' })
  expect(store.position).toBe(state.matcher.position)
  expect(troubles).toEqual(['the snapshot could not be stored: OperationalFailure: too large'])
})

test('a failing commit is tried again each second, however many records come meanwhile', async () => {
  const { keeper, state, store, troubles, clock } = opened()
  const tries: number[] = []
  store.commit = () => {
    tries.push(clock.nowMs)
    return new Promise((_, reject) => clock.later(60, () => reject(new Error('ENOSPC'))))
  }
  for (let i = 2; i < 400; i++) {
    const commands = [placeOrder(`${i}`, { timeInForce: 'IOC' })]
    state.apply({ position: String(1_000_000 + i), timestampMs: i, commands })
    keeper.applied()
    await clock.advance(10)
  }
  expect(tries).toEqual([1_040, 2_100, 3_160, 4_220])
  expect(troubles).toHaveLength(4)
})

test('records that come during a commit are stored after it', async () => {
  const { keeper, state, store, clock } = opened()
  let stored = () => {}
  store.disk = new Promise((resolve) => {
    stored = resolve
  })
  const committing = keeper.commit()
  state.apply({ position: '2', timestampMs: 2, commands: [placeOrder('b', { timeInForce: 'IOC' })] })
  keeper.applied()
  stored()
  await committing
  await clock.advance(40)
  expect(store.position).toBe('2')
})

test('a commit of many events begins at once, however quickly records follow', async () => {
  const { keeper, state, store, clock } = opened()
  for (let i = 2; store.commits === 0; i++) {
    const count = i === 2 ? COMMIT_EVENTS : 1
    const commands = Array.from({ length: count }, (_, n) => placeOrder(`${i}-${n}`, { timeInForce: 'IOC' }))
    state.apply({ position: String(1_000_000 + i), timestampMs: i, commands })
    keeper.applied()
    await clock.advance(0.5)
    expect(clock.nowMs).toBeLessThan(1_002)
  }
})

test('a keeper that is abandoned ends its commit and begins no other', async () => {
  const { keeper, state, store, snapshots, clock } = opened()
  let stored = () => {}
  store.disk = new Promise((resolve) => {
    stored = resolve
  })
  const committing = keeper.commit()
  state.apply({ position: '2', timestampMs: 2, commands: [placeOrder('b', { timeInForce: 'IOC' })] })
  let hasEnded = false
  const abandoned = keeper.abandon().then(() => {
    hasEnded = true
  })
  keeper.applied()
  await clock.advance(100)
  expect(hasEnded).toBe(false)
  stored()
  await Promise.all([abandoned, committing])
  await clock.advance(5_000)
  expect([store.commits, store.position, snapshots.kept.size]).toEqual([1, '1', 0])
})

test('without memory for the copy of a snapshot, commits go on', async () => {
  const { keeper, store, troubles } = opened(1_000_000)
  class NoMemory {
    constructor() {
      throw new RangeError('Array buffer allocation failed')
    }
  }
  vi.stubGlobal('ArrayBuffer', NoMemory)
  await keeper.commit()
  vi.unstubAllGlobals()
  expect(store.position).toBe('1')
  expect(troubles).toEqual([expect.stringContaining('the snapshot could not be stored: RangeError')])
  expect(keeper.trouble).toBeUndefined()
})
