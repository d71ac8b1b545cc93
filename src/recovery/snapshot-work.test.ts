/** A snapshot that is made while records are applied equals one that was made at once at its position. */

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { definedState } from '../../test/contracts/defined-state.ts'
import { ManualClock } from '../../test/contracts/memory-ports.ts'
import { randomHistory } from '../../test/contracts/random-history.ts'
import { placeOrder } from '../../test/contracts/sample-records.ts'
import { DOUBLES_LOG2, LEVEL, type OrderPool, PREVIOUS, REMAINING, TAG, WORDS_LOG2 } from '../engine/order-pool.ts'
import { OPEN } from '../engine/order-tag.ts'
import type { SymbolMatcher } from '../matcher/symbol-matcher.ts'
import { finish } from '../ports/paced.ts'
import type { Snapshot } from '../ports/snapshot-store.ts'
import { BrokenInvariant } from '../protocol/assert.ts'
import type { Command } from '../protocol/command/commands.ts'
import { lots, ticks } from '../protocol/units.ts'
import { CopySpace } from './copy-space.ts'
import { encodeState, freezeState, restoreSnapshot, takeSnapshot } from './exchange-snapshot.ts'
import { ExchangeState } from './exchange-state.ts'
import { SnapshotWork } from './snapshot-work.ts'

function working(state: ExchangeState) {
  const clock = new ManualClock()
  const snapshots: Snapshot[] = []
  const copyBytes: number[] = []
  const work = new SnapshotWork(state, {
    onCopyBytes: (bytes) => copyBytes.push(bytes),
    later: (delayMs, call) => clock.later(Math.max(delayMs, 1), call),
    onSnapshot: (snapshot) => snapshots.push(snapshot),
    onFailed: (cause) => {
      throw cause
    },
  })
  return { work, clock, snapshots, copyBytes }
}

test('records that are applied between its steps do not change a snapshot', () => {
  const schedule = randomHistory.chain((records) =>
    fc.record({
      records: fc.constant(records),
      spaceAt: fc.integer({ min: 0, max: records.length }),
      frozenAt: fc.integer({ min: 0, max: records.length }),
      stepAfter: fc.array(fc.boolean(), { minLength: records.length, maxLength: records.length }),
    }),
  )
  fc.assert(
    fc.property(schedule, ({ records, spaceAt, frozenAt, stepAfter }) => {
      const state = new ExchangeState()
      let space = new CopySpace(state)
      let expected = takeSnapshot(state)
      let hash = state.stateHash()
      let encoding = encodeState(freezeState(state, space.copy))
      let bytes: Uint8Array | undefined
      const step = () => {
        const { done, value } = encoding.next()
        if (done === true) bytes = value as Uint8Array
      }
      for (let i = 0; i <= records.length; i++) {
        if (i === spaceAt) space = new CopySpace(state)
        if (i === frozenAt) {
          ;[expected, hash] = [takeSnapshot(state), state.stateHash()]
          encoding = encodeState(freezeState(state, space.copy))
          bytes = undefined
        }
        if (i < records.length) state.apply(records[i])
        if (bytes === undefined && stepAfter[i]) step()
      }
      while (bytes === undefined) step()
      expect(Buffer.compare(bytes, expected)).toBe(0)
      expect(restoreSnapshot(bytes).stateHash()).toBe(hash)
    }),
    { numRuns: 60 },
  )
})

/** Orders of every kind on both sides, some of them with fills. */
function busyState(): ExchangeState {
  const state = definedState()
  const commands: Command[] = Array.from({ length: 5_000 }, (_, i) =>
    placeOrder(`${i}`.padStart(i % 7 === 0 ? 64 : 5, 'x'), {
      side: i % 2 === 0 ? 'BUY' : 'SELL',
      price: ticks(i % 2 === 0 ? 1 + ((i * 37) % 40_000) : 40_001 + ((i * 37) % 40_000)),
      account: `account-${i % 11}`,
      ...(i % 3 === 0 && { requestId: `r\n"${i}` }),
      ...(i % 5 === 0 && { timeInForce: 'GTD', expiresAtMs: 9_000 + ((i * 7) % 5_000) }),
      ...(i % 13 === 0 && { tag: `of ${i} · 🏔` }),
    }),
  )
  for (let i = 0; i < 300; i++) {
    commands.push(placeOrder(`taker-${i}`, { side: 'SELL', price: ticks(1), quantity: lots(7), timeInForce: 'IOC' }))
    commands.push({
      kind: 'CancelOrder',
      symbol: 'BTCUSD',
      account: `account-${(i * 9) % 11}`,
      orderId: orderIdOf(i * 9),
    })
    commands.push({
      kind: 'AmendOrder',
      symbol: 'BTCUSD',
      account: `account-${(i * 8) % 11}`,
      orderId: orderIdOf(i * 8),
      price: ticks(1),
    })
  }
  state.apply({ position: '1', timestampMs: 5, commands })
  return state
}

const orderIdOf = (i: number) => `${i}`.padStart(i % 7 === 0 ? 64 : 5, 'x')

/** Closes most orders, and lets others take their handles. */
function change(state: ExchangeState, number: number): void {
  const commands: Command[] = []
  for (let i = 0; i < 40; i++) {
    const id = `after-${number}-${i}`
    commands.push(
      placeOrder(id, { side: 'BUY', price: ticks(80_001), quantity: lots(60), timeInForce: 'IOC', requestId: id }),
    )
    commands.push(placeOrder(`${id}-rests`, { price: ticks(50 + i), tag: 'later' }))
  }
  commands.push({ kind: 'CancelAllOrders', symbol: 'BTCUSD', account: `account-${number % 11}` })
  state.apply({ position: `2-${String(number).padStart(6, '0')}`, timestampMs: 10 + number, commands })
}

test('a snapshot of thousands of orders takes several turns, and commands between them do not change it', async () => {
  const state = busyState()
  const { work, clock, snapshots, copyBytes } = working(state)
  let changes = 0
  for (; !work.isReady; changes++) {
    change(state, changes)
    await clock.advance(1)
  }
  const expected = { position: state.matcher.position, bytes: takeSnapshot(state) }
  work.freeze()
  expect(work.isReady).toBe(false)
  const before = changes
  for (; snapshots.length === 0; changes++) {
    change(state, changes)
    await clock.advance(1)
  }
  expect(changes - before).toBeGreaterThan(1)
  expect(snapshots[0].position).toBe(expected.position)
  expect(Buffer.compare(snapshots[0].bytes, expected.bytes)).toBe(0)
  expect(copyBytes[0]).toBeGreaterThan(5_000 * 100)
  expect(copyBytes).toEqual([copyBytes[0], -copyBytes[0]])
})

test('work that is canceled does nothing more', async () => {
  const { work, clock, snapshots, copyBytes } = working(busyState())
  await clock.advance(1_000)
  work.freeze()
  work.cancel()
  await clock.advance(1_000)
  expect(snapshots).toEqual([])
  expect(copyBytes).toEqual([copyBytes[0], -copyBytes[0]])
})

test('a book whose orders contradict each other leaves no snapshot', () => {
  const broken = (spoil: (pool: OrderPool, handle: number) => void) => {
    const state = busyState()
    const { book } = state.matcher.symbols.get('BTCUSD') as SymbolMatcher
    const { words } = book.orders
    let handle = 1
    while ((words[(handle << WORDS_LOG2) + TAG] & OPEN) === 0 || words[(handle << WORDS_LOG2) + PREVIOUS] === 0)
      handle++
    spoil(book.orders, handle)
    return () => finish(encodeState(freezeState(state, new CopySpace(state).copy)))
  }
  expect(broken(() => {})).not.toThrow()
  const spoilt: ((pool: OrderPool, handle: number) => void)[] = [
    ({ doubles }, handle) => doubles.fill(0.5, (handle << DOUBLES_LOG2) + REMAINING, (handle + 1) << DOUBLES_LOG2),
    ({ words }, handle) => words.fill(0, (handle << WORDS_LOG2) + PREVIOUS, (handle << WORDS_LOG2) + LEVEL),
    ({ words }, handle) => words.fill(1, (handle << WORDS_LOG2) + LEVEL, (handle << WORDS_LOG2) + TAG),
    ({ words }, handle) => words.fill(0, (handle << WORDS_LOG2) + TAG, (handle + 1) << WORDS_LOG2),
    (pool) => pool.count--,
    (pool) => pool.fresh++,
  ]
  for (const spoil of spoilt) expect(broken(spoil)).toThrow(BrokenInvariant)
})

test('a book whose levels contradict their orders stops the preparation', async () => {
  const state = busyState()
  const { book } = state.matcher.symbols.get('BTCUSD') as SymbolMatcher
  book.asks.doubles[(book.asks.bestLevel << 1) + 1]++
  const { clock } = working(state)
  await expect(clock.advance(1_000)).rejects.toThrow(BrokenInvariant)
})

test('a fill that follows the copy is not in the snapshot, whatever step the encoding has reached', () => {
  const state = definedState()
  const maker = placeOrder('the-maker', { side: 'BUY', price: ticks(70_000), quantity: lots(1_000) })
  const others = Array.from({ length: 3_000 }, (_, i) => placeOrder(`other-${i}`, { side: 'BUY', price: ticks(1) }))
  const fill = (number: number): void => {
    const taker = placeOrder(`hits-${number}`, {
      side: 'SELL',
      price: ticks(70_000),
      quantity: lots(1),
      timeInForce: 'IOC',
    })
    state.apply({ position: `3-${number}`, timestampMs: 20, commands: [taker] })
  }
  state.apply({ position: '2', timestampMs: 20, commands: [maker, ...others] })
  fill(1)
  const expected = takeSnapshot(state)
  const encoding = encodeState(freezeState(state, new CopySpace(state).copy))
  let step = encoding.next()
  for (let number = 2; step.done !== true; number++) {
    fill(number)
    step = encoding.next()
  }
  expect(Buffer.compare(step.value, expected)).toBe(0)
})
