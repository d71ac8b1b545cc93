import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemorySnapshots } from '../../test/contracts/memory-ports.ts'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import type { Event } from '../protocol/events.ts'
import { lots } from '../protocol/units.ts'
import { ExchangeMatcher } from './exchange-matcher.ts'
import { restoreLatest, restoreSnapshot, takeSnapshot } from './snapshot.ts'

test('a restored matcher goes on exactly as the original', () => {
  const anyCut = randomHistory.chain((records) =>
    fc.tuple(fc.constant(records), fc.integer({ min: 0, max: records.length })),
  )
  fc.assert(
    fc.property(anyCut, ([records, cut]) => {
      const original = new ExchangeMatcher()
      for (const record of records.slice(0, cut)) original.apply(record)
      const restored = restoreSnapshot(takeSnapshot(original))
      expect(restored.stateHash()).toBe(original.stateHash())
      const { position, timestampMs, commandCount, eventCount, tradeCount } = original
      expect(restored).toMatchObject({
        position,
        committed: position,
        timestampMs,
        commandCount,
        eventCount,
        tradeCount,
      })
      for (const record of records.slice(cut)) {
        const events: Event[][] = [[], []]
        original.apply(record, (_, made) => events[0].push(...made))
        restored.apply(record, (_, made) => events[1].push(...made))
        expect(events[1]).toEqual(events[0])
      }
      expect(restored.stateHash()).toBe(original.stateHash())
    }),
    { numRuns: 150 },
  )
})

test('a snapshot of a snapshot is the same', () => {
  const matcher = new ExchangeMatcher()
  matcher.apply({ position: '1', timestampMs: 5, commands: [placeOrder('a'), placeOrder('b', { symbol: 'ETHUSD' })] })
  const bytes = takeSnapshot(matcher)
  expect(Buffer.compare(takeSnapshot(restoreSnapshot(bytes)), bytes)).toBe(0)
})

test('orders of every kind, with long names', () => {
  const matcher = new ExchangeMatcher()
  const commands = Array.from({ length: 3_000 }, (_, i) =>
    placeOrder(`${i}`.padStart(i % 7 === 0 ? 64 : 5, 'x'), {
      ...(i % 2 === 0 && { postOnly: true }),
      ...(i % 3 === 0 && { requestId: `r\n"${i}` }),
      ...(i % 5 === 0 && { timeInForce: 'GTD', expiresAtMs: 9_000 + i }),
      ...(i % 4 === 0 && { selfTradePrevention: 'EXPIRE_BOTH' }),
    }),
  )
  commands.push(placeOrder('taker', { side: 'SELL', account: 'bob', quantity: lots(25) }))
  matcher.apply({ position: '1', timestampMs: 5, commands })
  expect(restoreSnapshot(takeSnapshot(matcher)).stateHash()).toBe(matcher.stateHash())
})

function ofOtherVersion(): Uint8Array {
  const text = Buffer.from(takeSnapshot(new ExchangeMatcher())).toString('latin1')
  return Buffer.from(text.replace(/"version":\d/, '"version":9'), 'latin1')
}

test('one that another version has written does not count', async () => {
  const snapshots = new MemorySnapshots()
  await snapshots.save({ position: '1', bytes: ofOtherVersion() })
  expect(await restoreLatest(snapshots, '1')).toBeUndefined()
})

test('a snapshot of another version is refused', () => {
  expect(() => restoreSnapshot(ofOtherVersion())).toThrow('a snapshot of version 9')
})
