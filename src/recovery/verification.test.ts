import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { MemorySnapshots, MemoryStore, MemoryStream } from '../../test/contracts/memory-ports.ts'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { FIRST_RECORD, placeOrder } from '../../test/contracts/sample-records.ts'
import type { StreamRecord } from '../ports/order-stream.ts'
import { lots, ticks } from '../protocol/units.ts'
import { takeSnapshot } from './exchange-snapshot.ts'
import { ExchangeState } from './exchange-state.ts'
import { commitPending } from './recover.ts'
import { verify } from './verification.ts'

async function keep(records: readonly StreamRecord[], store: MemoryStore, snapshots: MemorySnapshots): Promise<void> {
  const state = new ExchangeState()
  for (const record of records) state.apply(record)
  await commitPending(state, store)
  await snapshots.save({ position: state.matcher.position, bytes: takeSnapshot(state) })
}

test('a correct store agrees, also if it lags', async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory, fc.nat(80), async (records, cut) => {
      const store = new MemoryStore()
      const snapshots = new MemorySnapshots()
      await keep(records.slice(0, Math.max(1, cut)), store, snapshots)
      const result = await verify(new MemoryStream(records), store, snapshots)
      expect(result).toMatchObject({
        agrees: true,
        differences: [],
        commands: records.flatMap(({ commands }) => commands).length,
      })
      expect(result.recoveredHash).toBe(result.stateHash)
    }),
    { numRuns: 50 },
  )
})

describe('a difference is reported', () => {
  let stream: MemoryStream
  let store: MemoryStore
  let snapshots: MemorySnapshots

  beforeEach(async () => {
    const commands = [
      placeOrder('open'),
      placeOrder('part'),
      placeOrder('done', { side: 'SELL', quantity: lots(12) }),
      placeOrder('refused', { postOnly: true, side: 'SELL' }),
    ]
    const orders = commands.map((command, i) => ({
      position: String(i + 1),
      timestampMs: 1_000 + i,
      commands: [command],
    }))
    const records = [FIRST_RECORD, ...orders]
    stream = new MemoryStream(records)
    store = new MemoryStore()
    snapshots = new MemorySnapshots()
    await keep(records, store, snapshots)
    expect(await verify(stream, store, snapshots)).toMatchObject({ agrees: true, orders: 4, trades: 2, openOrders: 1 })
  })

  test.each<[string, () => void, RegExp]>([
    ['a closed order is lost', () => store.orders.delete('ann/done'), /missing: .*"done"/],
    [
      'an order too many',
      () => store.orders.set('x/y', { ...store.orders.get('ann/done') } as never),
      /4 closed orders are stored/,
    ],
    [
      'another quantity filled',
      () => store.orders.set('ann/done', { ...store.orders.get('ann/done'), filled: lots(3) } as never),
      /stored .*"filled":3/,
    ],
    ['a trade is lost', () => store.trades.delete('BTCUSD/1'), /missing: .*"tradeNumber":1/],
    [
      'a trade too many',
      () => store.trades.set('BTCUSD/3', store.trades.get('BTCUSD/1') as never),
      /3 trades are stored/,
    ],
    [
      'another price traded',
      () => store.trades.set('BTCUSD/1', { ...store.trades.get('BTCUSD/1'), price: ticks(99) } as never),
      /stored .*"price":99/,
    ],
    ['the stream is shorter than the records', () => stream.records.pop(), /the log ends at 3/],
  ])('%s', async (_, spoil, difference) => {
    spoil()
    snapshots.kept.clear()
    const result = await verify(stream, store, snapshots)
    expect(result.agrees).toBe(false)
    expect(result.differences.join('\n')).toMatch(difference)
  })

  test('lines that are no commands are counted once, with and without a snapshot, and are no difference', async () => {
    const bad = (position: string) => ({ position, line: '{', error: 'not JSON' })
    const [first, ...orders] = stream.records.splice(0)
    stream.records.push(first, ...orders.map((record) => ({ ...record, malformed: [bad(record.position)] })))
    const expected = { agrees: true, malformedLines: 4, firstMalformed: bad('1') }
    expect(await verify(stream, store, snapshots)).toMatchObject(expected)
    snapshots.kept.clear()
    expect(await verify(stream, store, snapshots)).toMatchObject(expected)
  })

  test('a snapshot of other books', async () => {
    const other = definedState()
    other.apply({ position: '4', timestampMs: 1, commands: [placeOrder('else')] })
    await snapshots.save({ position: '4', bytes: takeSnapshot(other) })
    const result = await verify(stream, store, snapshots)
    expect(result.differences).toEqual(['the books by the snapshot differ from the books by the log'])
  })
})
