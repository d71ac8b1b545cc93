import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemorySnapshots, MemoryStore, MemoryStream } from '../../test/contracts/memory-ports.ts'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { FIRST_RECORD, placeOrder } from '../../test/contracts/sample-records.ts'
import { type StreamRecord, StreamTruncated } from '../ports/order-stream.ts'
import { UnknownCommand } from '../protocol/command/undecodable-line.ts'
import { COMMIT_EVENTS_AT_RECOVERY } from '../protocol/limits.ts'
import { takeSnapshot } from './exchange-snapshot.ts'
import { ExchangeState } from './exchange-state.ts'
import { commitPending, recover } from './recover.ts'

/** The state and the store of an exchange that ran without interruption and committed after each record. */
async function uninterrupted(records: readonly StreamRecord[]) {
  const state = new ExchangeState()
  const store = new MemoryStore()
  for (const record of records) {
    state.apply(record)
    await commitPending(state, store)
  }
  return { state, store }
}

const commandsIn = (records: readonly StreamRecord[]) => records.flatMap(({ commands }) => commands).length

const contentOf = (store: MemoryStore) => ({
  position: store.position,
  orders: new Map([...store.orders].sort()),
  trades: new Map([...store.trades].sort()),
})

test('from every position of snapshot and store, recovery gives the state of an uninterrupted exchange', async () => {
  const anyCuts = randomHistory.chain((records) =>
    fc.tuple(
      fc.constant(records),
      fc.integer({ min: 0, max: records.length }),
      fc.integer({ min: 0, max: records.length }),
      fc.boolean(),
    ),
  )
  await fc.assert(
    fc.asyncProperty(anyCuts, async ([records, snapshotAt, storeAt, batched]) => {
      const whole = await uninterrupted(records)
      const snapshots = new MemorySnapshots()
      const early = await uninterrupted(records.slice(0, snapshotAt))
      if (snapshotAt > 0) {
        await snapshots.save({ position: early.state.matcher.position, bytes: takeSnapshot(early.state) })
      }
      const { store } = batched
        ? await inOneBatch(records.slice(0, storeAt))
        : await uninterrupted(records.slice(0, storeAt))
      const recovered = await recover(new MemoryStream([...records]), store, snapshots)
      expect(recovered.state.stateHash()).toBe(whole.state.stateHash())
      expect(contentOf(store)).toEqual(contentOf(whole.store))
      // From a snapshot ahead of the store, the records in between could not be made again.
      const used = snapshotAt > 0 && snapshotAt <= storeAt
      expect(recovered.replayedCommands).toBe(commandsIn(records.slice(used ? snapshotAt : 0)))
    }),
    { numRuns: 100 },
  )
})

async function inOneBatch(records: readonly StreamRecord[]) {
  const state = new ExchangeState()
  const store = new MemoryStore()
  for (const record of records) state.apply(record)
  await commitPending(state, store)
  return { state, store }
}

describe('a stream that has lost applied records', () => {
  const record = (n: number): StreamRecord => ({
    position: String(n).padStart(16, '0'),
    timestampMs: n,
    commands: [{ kind: 'AdvanceTime', symbol: 'BTCUSD' }],
  })

  test.each(['with a snapshot', 'without'])('is refused, %s', async (how) => {
    const records = [FIRST_RECORD, record(1), record(2), record(3)]
    const { state, store } = await uninterrupted(records)
    const snapshots = new MemorySnapshots()
    if (how === 'with a snapshot')
      await snapshots.save({ position: state.matcher.position, bytes: takeSnapshot(state) })
    const recovering = recover(new MemoryStream(records.slice(0, 3)), store, snapshots)
    await expect(recovering).rejects.toThrow(StreamTruncated)
  })
})

describe('a stream with a command that this program does not support', () => {
  const orders = Array.from({ length: COMMIT_EVENTS_AT_RECOVERY + 20 }, (_, i): StreamRecord => {
    const position = String(i + 1).padStart(16, '0')
    return { position, timestampMs: i, commands: [placeOrder(`o-${i}`, { timeInForce: 'IOC' })] }
  })
  const records = [FIRST_RECORD, ...orders]

  class NewerStream extends MemoryStream {
    override async *read(after: string) {
      yield* super.read(after)
      throw new UnknownCommand('kind', 'OpenAuction')
    }
  }

  test('is refused before anything is committed, although more records are missing than one commit takes', async () => {
    const store = new MemoryStore()
    await expect(recover(new NewerStream(records), store, new MemorySnapshots())).rejects.toThrow(UnknownCommand)
    expect(store.commits).toBe(0)
  })

  test('without it, the same records take more than one commit', async () => {
    const store = new MemoryStore()
    const { replayedCommands } = await recover(new MemoryStream(records), store, new MemorySnapshots())
    expect([store.commits > 1, replayedCommands]).toEqual([true, commandsIn(records)])
  })
})

test('returns the lines that are no commands, each once', async () => {
  const malformed = [{ position: '2', line: '{', error: 'not JSON' }]
  const last = { position: '3', timestampMs: 1, commands: [placeOrder('a')], malformed }
  const stream = new MemoryStream([FIRST_RECORD, last])
  const recovery = await recover(stream, new MemoryStore(), new MemorySnapshots())
  expect(recovery.malformed).toEqual(malformed)
})
