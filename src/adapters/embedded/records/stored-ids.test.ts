import { join } from 'node:path'
import { open } from 'lmdb'
import { expect, onTestFinished, test } from 'vitest'
import { batch } from '../../../../test/contracts/commit-store.contract.ts'
import { orderRecord } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import type { OrderRecord } from '../../../protocol/records.ts'
import { RULES_NEWEST, RULES_OLDEST } from '../../../protocol/versions.ts'
import { RecordStore } from './record-store.ts'
import { StoredIds, sortedKeyOf } from './stored-ids.ts'
import { StoredRecords } from './stored-records.ts'

/** A layer then has 640 ids. */
const RUN = 10

function openIds(path = join(temporaryDirectory(), 'ids.lmdb')) {
  const root = open({ path, noSubdir: true, maxDbs: 8 })
  onTestFinished(() => root.close())
  const writer = new StoredIds(root, undefined, RUN)
  const store = (orders: readonly OrderRecord[], rules = RULES_NEWEST): void => {
    let stored = (): void => {}
    root.transactionSync(() => {
      stored = writer.put(orders, rules)
    })
    stored()
  }
  return { root, writer, store, path }
}

const orders = (from: number, to: number): OrderRecord[] =>
  Array.from({ length: to - from }, (_, i) => orderRecord(`o-${from + i}`, from + i + 1))

test('ids are found in every run, by the writer, after a restart, and by a reader without a filter', () => {
  const { root, writer, store } = openIds()
  store([orderRecord('old', 1)], RULES_OLDEST)
  // Commits of every size, over the borders of rows (256), runs (10) and layers (640).
  for (let at = 0, size = 1; at < 1_000; at += size++) store(orders(at, Math.min(at + size, 1_000)))
  const restarted = new StoredIds(root, undefined, RUN)
  expect(restarted.filter().count).toBe(1_000)
  const reader = new StoredIds(root, undefined, RUN)
  for (const ids of [writer, restarted, reader]) {
    for (const order of [...orders(0, 1_000), orderRecord('old', 1)]) {
      expect(ids.find('ann', order.orderId)).toEqual(sortedKeyOf(order))
    }
    for (const id of ['o-1000', 'o', '']) expect(ids.find('ann', id)).toBeUndefined()
    expect(ids.find('bob', 'o-7')).toBeUndefined()
  }
  // The restarted writer continues the last row.
  root.transactionSync(() => restarted.put(orders(1_000, 1_300), RULES_NEWEST))
  expect(new StoredIds(root, undefined, RUN).filter().count).toBe(1_300)
  expect(new StoredIds(root, undefined, RUN).find('ann', 'o-1299')).toEqual(sortedKeyOf(orders(1_299, 1_300)[0]))
})

test('a reader with the filter of the writer finds the ids of each later commit', () => {
  const { root } = openIds()
  const reader = new StoredIds(root, undefined, RUN)
  const writer = new StoredIds(root, (layer) => reader.share(layer), RUN)
  const store = (from: number, to: number): void => {
    let stored = (): void => {}
    root.transactionSync(() => {
      stored = writer.put(orders(from, to), RULES_NEWEST)
    })
    stored()
  }
  for (const [from, to] of [
    [0, 10],
    [10, 199],
    [199, 700],
  ]) {
    store(from, to)
    for (let i = 0; i < to; i++) expect(reader.find('ann', `o-${i}`)).toBeDefined()
    expect(reader.find('ann', `o-${to}`)).toBeUndefined()
  }
})

test('an id whose commit failed is not known', () => {
  const { root, writer, store } = openIds()
  store(orders(0, 10))
  expect(() =>
    root.transactionSync(() => {
      writer.put(orders(10, 400), RULES_NEWEST)
      throw new Error('full')
    }),
  ).toThrow('full')
  expect(writer.find('ann', 'o-11')).toBeUndefined()
  store(orders(10, 20))
  expect(writer.find('ann', 'o-11')).toEqual(sortedKeyOf(orders(11, 12)[0]))
  expect(new StoredIds(root, undefined, RUN).filter().count).toBe(20)
})

test('a new id is not searched for in the runs', () => {
  const { writer, store } = openIds()
  store(orders(0, 100))
  const searched: unknown[] = []
  const { runs } = writer as unknown as { runs: { get(key: unknown): unknown } }
  runs.get = (key) => void searched.push(key)
  for (let i = 0; i < 1_000; i++) writer.find('ann', `new-${i}`)
  expect(searched.length).toBeLessThan(20)
  writer.find('ann', 'o-5')
  expect(searched.length).toBeGreaterThan(0)
})

test('records of rules 1 are found after the adoption of rules 2, also by the reader', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const store = new RecordStore(path)
  onTestFinished(() => store.close())
  await store.commit(batch('', '1', [orderRecord('a', 1)], { rules: RULES_OLDEST }))
  await store.commit(batch('1', '2', [orderRecord('b', 2)], { rules: RULES_NEWEST }))
  const many = Array.from({ length: 2_000 }, (_, i) => orderRecord(`c-${i}`, 3 + i))
  await store.commit(batch('2', '3', many, { rules: RULES_NEWEST }))
  const reader = new StoredRecords(path)
  for (const records of [store, reader]) {
    for (const id of ['a', 'b', 'c-0', 'c-1999']) expect(records.find('ann', id)?.orderId).toBe(id)
    expect(records.find('ann', 'd')).toBeUndefined()
  }
})
