import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { MemorySnapshots } from '../../test/contracts/memory-ports.ts'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import { listInstruments } from '../matcher/book-view.ts'
import type { Command } from '../protocol/command/commands.ts'
import { eventOf } from '../protocol/event/event-of.ts'
import type { Event } from '../protocol/event/events.ts'
import { DEMO_INSTRUMENTS } from '../protocol/instrument/instrument.ts'
import { lots, ticks } from '../protocol/units.ts'
import { UnknownVersion } from '../protocol/versions.ts'
import { restoreLatest, restoreSnapshot, takeSnapshot } from './exchange-snapshot.ts'
import { ExchangeState } from './exchange-state.ts'

test('a restored matcher gives the same events as the original', () => {
  const anyCut = randomHistory.chain((records) =>
    fc.tuple(fc.constant(records), fc.integer({ min: 0, max: records.length })),
  )
  fc.assert(
    fc.property(anyCut, ([records, cut]) => {
      const original = new ExchangeState()
      for (const record of records.slice(0, cut)) original.apply(record)
      const restored = restoreSnapshot(takeSnapshot(original))
      expect(restored.stateHash()).toBe(original.stateHash())
      const { position, timestampMs, commandCount, eventCount, tradeCount, rules } = original.matcher
      expect(restored.matcher).toMatchObject({ position, timestampMs, commandCount, eventCount, tradeCount, rules })
      expect(restored.orders).toMatchObject({ position, committed: position })
      for (const record of records.slice(cut)) {
        const events: Event[][] = [[], []]
        original.apply(record, { take: (event) => events[0].push(eventOf(event)) })
        restored.apply(record, { take: (event) => events[1].push(eventOf(event)) })
        expect(events[1]).toEqual(events[0])
      }
      expect(restored.stateHash()).toBe(original.stateHash())
    }),
    { numRuns: 150 },
  )
})

test('a snapshot of a restored snapshot has the same bytes', () => {
  const state = definedState()
  state.apply({ position: '1', timestampMs: 5, commands: [placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' })] })
  const bytes = takeSnapshot(state)
  expect(Buffer.compare(takeSnapshot(restoreSnapshot(bytes)), bytes)).toBe(0)
})

test('restores orders of every kind, with long names', () => {
  const state = definedState()
  const commands = Array.from({ length: 3_000 }, (_, i) =>
    placeOrder(`${i}`.padStart(i % 7 === 0 ? 64 : 5, 'x'), {
      ...(i % 2 === 0 && { postOnly: true }),
      ...(i % 3 === 0 && { requestId: `r\n"${i}` }),
      ...(i % 5 === 0 && { timeInForce: 'GTD', expiresAtMs: 9_000 + i }),
      ...(i % 4 === 0 && { selfTradePrevention: 'EXPIRE_BOTH' }),
    }),
  )
  commands.push(placeOrder('taker', { side: 'SELL', account: 'bob', quantity: lots(25) }))
  state.apply({ position: '1', timestampMs: 5, commands })
  expect(restoreSnapshot(takeSnapshot(state)).stateHash()).toBe(state.stateHash())
})

test('restores instruments, open and closed, with their bands', () => {
  const state = new ExchangeState()
  const [bitcoin, ether] = DEMO_INSTRUMENTS
  const commands: Command[] = [
    { kind: 'DefineInstrument', ...bitcoin, minQuantity: '0.1' },
    { kind: 'DefineInstrument', ...ether },
    { kind: 'SetPriceBand', symbol: ether.symbol, high: ticks(7) },
    { kind: 'CloseInstrument', symbol: ether.symbol },
  ]
  state.apply({ position: '1', timestampMs: 5, commands })
  const restored = restoreSnapshot(takeSnapshot(state))
  expect(listInstruments(restored.matcher)).toEqual(listInstruments(state.matcher))
  expect(restored.stateHash()).toBe(state.stateHash())
})

test('a restored matcher recognizes a repeated order by its terms as placed', () => {
  const state = definedState()
  const plain = placeOrder('plain', { postOnly: true, selfTradePrevention: 'EXPIRE_BOTH' })
  const tagged = placeOrder('tagged', { tag: 'mine' })
  const amended = placeOrder('amended')
  const amendment = { symbol: 'BTCUSD', account: 'ann', orderId: 'amended', price: ticks(90) }
  const commands: Command[] = [plain, tagged, amended, { kind: 'AmendOrder', ...amendment }]
  state.apply({ position: '1', timestampMs: 5, commands })
  const restored = restoreSnapshot(takeSnapshot(state))
  const events: Event[] = []
  const others = [
    { ...plain, postOnly: false },
    { ...tagged, tag: 'another' },
    { ...amended, price: ticks(90) },
  ]
  const again = { position: '2', timestampMs: 6, commands: [plain, tagged, amended, ...others] }
  restored.apply(again, { take: (event) => events.push(eventOf(event)) })
  expect(events).toMatchObject([
    { kind: 'OrderRejected', orderId: 'plain', reason: 'duplicate_order_id' },
    { kind: 'OrderRejected', orderId: 'tagged', reason: 'duplicate_order_id' },
    { kind: 'OrderRejected', orderId: 'amended', reason: 'duplicate_order_id' },
  ])
  expect(restored.orders.find('ann', 'amended')).toEqual(state.orders.find('ann', 'amended'))
})

function ofOtherVersion(): Uint8Array {
  const text = Buffer.from(takeSnapshot(new ExchangeState())).toString('latin1')
  return Buffer.from(text.replace(/"version":\d/, '"version":9'), 'latin1')
}

test('refuses a snapshot of a newer program by its version', async () => {
  expect(() => restoreSnapshot(ofOtherVersion())).toThrow(UnknownVersion)
  const snapshots = new MemorySnapshots()
  await snapshots.save({ position: '1', bytes: ofOtherVersion() })
  await expect(restoreLatest(snapshots, '1')).rejects.toThrow('the snapshot has version 9')
})
