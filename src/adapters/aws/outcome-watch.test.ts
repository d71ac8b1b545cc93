/** What waiting for outcomes reads: of the tables in all, and of the row that the matcher needs. */

import { beforeEach, describe, expect, test, vi } from 'vitest'
import { orderRecord, placeOrder } from '../../../test/contracts/sample-records.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import type { OrderRecord } from '../../protocol/records.ts'
import { lots } from '../../protocol/units.ts'
import { type OrderCommand, OutcomeWatch } from './outcome-watch.ts'

const POSITION = '5'
const amend = (orderId: string): OrderCommand => ({
  kind: 'AmendOrder',
  symbol: 'BTCUSD',
  account: 'ann',
  orderId,
  quantity: lots(5),
})

/** Time that passes in run() only, so that a thousand clients wait for 20 seconds in one. */
class Clock {
  nowMs = 0
  private readonly pauses: { readonly untilMs: number; readonly end: () => void }[] = []

  readonly pause = (delayMs: number): Promise<void> =>
    new Promise((end) => void this.pauses.push({ untilMs: this.nowMs + delayMs, end }))

  async run(untilMs: number): Promise<void> {
    for (;;) {
      await new Promise(setImmediate)
      if (this.pauses.length === 0) return
      const nextMs = this.pauses.reduce((least, each) => Math.min(least, each.untilMs), Infinity)
      if (nextMs > untilMs) return
      // Together what is due within a millisecond.
      this.nowMs = Math.min(untilMs, nextMs + 1)
      const due = this.pauses.filter((each) => each.untilMs <= this.nowMs)
      this.pauses.splice(0, Infinity, ...this.pauses.filter((each) => each.untilMs > this.nowMs))
      for (const { end } of due) end()
    }
  }
}

/** Tables in which everything is matched at `matchedAtMs`, and counts of their reads in each second. */
class Tables {
  matchedAtMs = Number.POSITIVE_INFINITY
  order = (id: string): OrderRecord => orderRecord(id, 3)
  unreadable = 0
  readonly markReads = new Map<number, number>()
  readonly orderReads: { readonly atMs: number; readonly ids: readonly string[] }[] = []

  readonly marks = {
    mark: async () => {
      const second = Math.floor(clock.nowMs / 1_000)
      this.markReads.set(second, (this.markReads.get(second) ?? 0) + 1)
      return { position: this.isMatched ? POSITION : '1', eventNumber: 0, tradeNumber: 0 }
    },
  }
  readonly orders = {
    latest: async (_account: string, ids: readonly string[]) => {
      this.orderReads.push({ atMs: clock.nowMs, ids })
      if (this.unreadable-- > 0) throw new OperationalFailure('overloaded', 'busy', { retryable: true })
      const order = (id: string) => (this.isMatched ? this.order(id) : orderRecord(id, 0, { status: 'PENDING' }))
      return new Map(ids.map((id) => [id, order(id)]))
    },
  }

  get isMatched(): boolean {
    return clock.nowMs >= this.matchedAtMs
  }

  watch = (): OutcomeWatch =>
    new OutcomeWatch({ marks: this.marks, orders: this.orders, nowMs: () => clock.nowMs, pause: clock.pause })
}

let clock: Clock
let tables: Tables

beforeEach(() => {
  clock = new Clock()
  tables = new Tables()
})

async function ended<T>(work: Promise<T>, withinMs: number): Promise<T> {
  await clock.run(withinMs)
  return work
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `o${i}`)

describe('a thousand clients that wait for orders of one symbol', () => {
  test('in as many functions read no mark, and each its own order 30 times in 20 seconds', async () => {
    const all = ids(1_000).map((id) => tables.watch().outcomes([placeOrder(id)], POSITION, 20_000))
    await ended(Promise.all(all), 20_000)
    expect(tables.markReads.size).toBe(0)
    expect(tables.orderReads.length).toBeLessThanOrEqual(1_000 * 32)
    const second = tables.orderReads.filter(({ atMs }) => atMs >= 15_000 && atMs < 16_000).length
    expect(second).toBeLessThan(1_400)
  })

  test('read little if the matcher keeps up', async () => {
    tables.matchedAtMs = 300
    const all = ids(1_000).map((id) => tables.watch().outcomes([placeOrder(id)], POSITION, 20_000))
    for (const [outcome] of await ended(Promise.all(all), 600)) expect(outcome?.order?.lastEvent).toBe(3)
    expect(tables.orderReads.length).toBeLessThan(1_000 * 10)
  })

  test('in one function share the reads of the mark for amendments', async () => {
    const watch = tables.watch()
    const all = ids(1_000).map((id) => watch.outcomes([amend(id)], POSITION, 20_000))
    await ended(Promise.all(all), 20_000)
    expect(Math.max(...tables.markReads.values())).toBeLessThanOrEqual(5)
    expect(tables.orderReads).toEqual([])
  })
})

describe('a batch', () => {
  test('is one read of its last order until that is matched, and then one of the others', async () => {
    tables.matchedAtMs = 1_000
    const orders = ids(500).map((id) => placeOrder(id))
    const outcomes = await ended(tables.watch().outcomes(orders, POSITION, 20_000), 2_000)
    expect(outcomes.every((outcome) => outcome?.order !== undefined)).toBe(true)
    expect(tables.orderReads.at(-1)?.ids).toHaveLength(499)
    expect(new Set(tables.orderReads.slice(0, -1).flatMap((read) => read.ids))).toEqual(new Set(['o499']))
    expect(tables.orderReads.length).toBeLessThan(15)
  })

  test('waits for orders whose rows are written after the last', async () => {
    tables.matchedAtMs = 100
    tables.order = (id) => (id === 'o0' && clock.nowMs < 500 ? orderRecord(id, 0) : orderRecord(id, 3))
    const outcomes = await ended(tables.watch().outcomes([placeOrder('o0'), placeOrder('o1')], POSITION, 5_000), 1_000)
    expect(outcomes).toMatchObject([{ order: { lastEvent: 3 } }, { order: { lastEvent: 3 } }])
  })
})

test('tables that cannot be read are asked again, less often', async () => {
  tables.unreadable = 3
  tables.matchedAtMs = 0
  const outcomes = await ended(tables.watch().outcomes([placeOrder('a')], POSITION, 10_000), 10_000)
  expect(outcomes).toMatchObject([{ order: { lastEvent: 3 } }])
  expect(tables.orderReads).toHaveLength(4)
  expect(tables.orderReads[2].atMs - tables.orderReads[1].atMs).toBeGreaterThan(700)
})

test('an amendment that left no trace ends the wait without an outcome', async () => {
  tables.matchedAtMs = 100
  expect(await ended(tables.watch().outcomes([amend('a')], POSITION, 20_000), 1_000)).toEqual([undefined])
})

test('an amendment that was applied is read consistently, because the mark was', async () => {
  tables.matchedAtMs = 100
  tables.order = (id) => orderRecord(id, 3, { quantity: lots(5) })
  const latest = vi.spyOn(tables.orders, 'latest')
  const outcomes = await ended(tables.watch().outcomes([amend('a')], POSITION, 20_000), 1_000)
  expect(outcomes).toMatchObject([{ order: { quantity: 5 } }])
  expect(latest).toHaveBeenCalledWith('ann', ['a'], true)
})
