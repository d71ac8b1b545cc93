import { beforeEach, expect, test, vi } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { ManualClock, MemorySnapshots, MemoryStore, settled } from '../../test/contracts/memory-ports.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import { BEGINNING } from '../ports/order-stream.ts'
import type { Snapshot } from '../ports/snapshot-store.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import * as exchangeSnapshot from './exchange-snapshot.ts'
import { RecordKeeper } from './record-keeper.ts'

vi.mock('./exchange-snapshot.ts', { spy: true })
beforeEach(() => {
  vi.mocked(exchangeSnapshot.takeSnapshot).mockReset()
})

function opened() {
  const state = definedState()
  state.apply({ position: '1', timestampMs: 1, commands: [placeOrder('a', { timeInForce: 'IOC' })] })
  const store = new MemoryStore()
  const snapshots = new MemorySnapshots()
  const clock = new ManualClock()
  const troubles: string[] = []
  const keeper = new RecordKeeper(
    { state, replayedCommands: state.matcher.commandCount },
    {
      store,
      snapshots,
      nowMs: () => clock.nowMs,
      later: clock.later,
      onTrouble: (what, cause) => troubles.push(`${what}: ${cause}`),
    },
  )
  return { keeper, state, store, snapshots, troubles }
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

test('records that do not reach the disk leave no snapshot', async () => {
  const { keeper, store, snapshots, troubles } = opened()
  store.flushed = async () => {
    throw new Error('EIO')
  }
  expect(await keeper.close(NO_HURRY)).toMatchObject({ snapshot: 'failed' })
  expect(snapshots.kept.size).toBe(0)
  expect(troubles).toEqual(['the snapshot could not be stored: Error: EIO'])
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
