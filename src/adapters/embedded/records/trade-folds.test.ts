/** Files whose trades were stored by a program without fills and candles, before or in between. */

import { join } from 'node:path'
import { open as openLmdb } from 'lmdb'
import { expect, onTestFinished, test } from 'vitest'
import { tradeRecord } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { BEGINNING } from '../../../ports/order-stream.ts'
import { finish } from '../../../ports/paced.ts'
import type { TradeRecord } from '../../../protocol/records.ts'
import { UnknownVersion } from '../../../protocol/versions.ts'
import { RecordStore } from './record-store.ts'

const SYMBOLS = ['BTCUSD', 'ETHUSD']

/** Trades with numbers from `first`, of both symbols, one each 10 seconds. */
const tradesFrom = (first: number, count: number): TradeRecord[] =>
  Array.from({ length: count }, (_, i) =>
    SYMBOLS.map((symbol) => tradeRecord(first + i, { symbol, timestampMs: 10_000 * (first + i) })),
  ).flat()

function open(path: string): RecordStore {
  const store = new RecordStore(path)
  onTestFinished(() => store.close().catch(() => {}))
  return store
}

const commit = (store: RecordStore, from: string, to: string, trades: TradeRecord[]) =>
  store.commit({ from, to, rules: 2, orders: [], trades })

/** Everything that the folds contain. */
function folded(store: RecordStore) {
  store.refresh()
  const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
  return {
    candles: SYMBOLS.map((symbol) =>
      (['1s', '1m', '1h', '1d'] as const).map((i) => finish(store.candles.list(symbol, i, range))),
    ),
    fills: ['ann', 'bob'].map((account) => finish(store.fillsOfAccounts.page(account, { limit: 1_000_000 })).rows),
    ends: SYMBOLS.map((symbol) => store.foldedUpTo(symbol)),
    isCatchingUp: store.isCatchingUp,
  }
}

/** What an exchange that was never interrupted has of 2,000 trades each. */
async function uninterrupted() {
  const store = open(join(temporaryDirectory(), 'records.lmdb'))
  for (let i = 0; i < 20; i++)
    await commit(store, i === 0 ? BEGINNING : String(i), String(i + 1), tradesFrom(100 * i + 1, 100))
  return folded(store)
}

/** Removes the rows of later trades from the tables of the folds, as a program without them leaves the file. */
async function forget(path: string, tables: readonly string[]): Promise<void> {
  const root = openLmdb({ path, noSubdir: true, maxDbs: 16 })
  for (const name of tables) await root.openDB({ name }).drop()
  await root.close()
}

test('a file without fills and candles catches up in steps, while commits go on', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const old = open(path)
  for (let i = 0; i < 18; i++)
    await commit(old, i === 0 ? BEGINNING : String(i), String(i + 1), tradesFrom(100 * i + 1, 100))
  await old.close()
  await forget(path, ['fills', 'candles', 'folds'])
  const store = open(path)
  expect([store.symbolsBehind, store.isCatchingUp, store.foldedUpTo('BTCUSD')]).toEqual([2, true, undefined])
  expect(store.catchUp()).toBe(500)
  await commit(store, '18', '19', tradesFrom(1_801, 100))
  while (store.symbolsBehind > 1) store.catchUp()
  store.refresh()
  expect([store.foldedUpTo('BTCUSD'), store.foldedUpTo('ETHUSD'), store.isCatchingUp]).toEqual([1_900, undefined, true])
  await commit(store, '19', '20', tradesFrom(1_901, 100))
  while (store.symbolsBehind > 0) store.catchUp()
  expect(folded(store)).toEqual(await uninterrupted())
})

test('trades that a program without them has stored in between are made up for', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const first = open(path)
  for (let i = 0; i < 10; i++)
    await commit(first, i === 0 ? BEGINNING : String(i), String(i + 1), tradesFrom(100 * i + 1, 100))
  await first.close()
  // The earlier program stores trades, and the mark of the folds stays.
  const root = openLmdb({ path, noSubdir: true, maxDbs: 16 })
  const trades = root.openDB({ name: 'trades', sharedStructuresKey: Symbol.for('structures-trades') })
  await root.transaction(() => {
    for (const symbol of SYMBOLS) {
      const own = tradesFrom(1_001, 1_000).filter((trade) => trade.symbol === symbol)
      for (let i = 0; i < own.length; i += 50) trades.put([symbol, own[i].tradeNumber], own.slice(i, i + 50))
    }
  })
  await root.close()
  const store = open(path)
  expect(store.symbolsBehind).toBe(2)
  while (store.symbolsBehind > 0) store.catchUp()
  expect(folded(store)).toEqual(await uninterrupted())
})

test('folds of a newer program are refused', async () => {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const store = open(path)
  await commit(store, BEGINNING, '1', tradesFrom(1, 1))
  await store.close()
  const root = openLmdb({ path, noSubdir: true, maxDbs: 16 })
  await root.openDB({ name: 'folds' }).put('version', 2)
  await root.close()
  expect(() => new RecordStore(path)).toThrow(UnknownVersion)
})
