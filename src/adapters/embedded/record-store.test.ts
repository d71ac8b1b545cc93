import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { batch, commitStoreContract, type StoreUnderTest } from '../../../test/contracts/commit-store.contract.ts'
import { orderReaderContract } from '../../../test/contracts/order-reader.contract.ts'
import { orderRecord, tradeRecord } from '../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../test/contracts/temporary-directory.ts'
import { RecordStore } from './record-store.ts'

function open(path = join(temporaryDirectory(), 'records.lmdb')): StoreUnderTest<RecordStore> {
  const store = new RecordStore(path)
  let closed = false
  const close = async (): Promise<void> => {
    if (!closed) await store.close()
    closed = true
  }
  onTestFinished(close)
  return {
    store,
    reopen: async () => {
      await close()
      return open(path)
    },
  }
}

commitStoreContract(async () => open())
orderReaderContract(async () => {
  const { store } = open()
  return { store, reader: store, trades: { list: async (...asked) => store.listTrades(...asked) } }
})

test('counts all trades of a symbol, and iterates over them', async () => {
  const { store } = open()
  const trades = [tradeRecord(1), tradeRecord(2), tradeRecord(1, { symbol: 'ETHUSD' })]
  await store.commit(batch('', '1', [orderRecord('a', 1), orderRecord('b', 2)], { trades }))
  expect(store.count()).toEqual({ orders: 2, trades: 3 })
  expect([...store.allTrades('BTCUSD')]).toEqual(trades.slice(0, 2))
  expect(store.findTrade('ETHUSD', 1)).toEqual(trades[2])
  expect(store.findTrade('ETHUSD', 2)).toBeUndefined()
})

test('a listing with few results returns them and a cursor after its limit of rows', async () => {
  const { store } = open()
  const orders = Array.from({ length: 20_001 }, (_, i) => orderRecord(`o-${i}`, i + 1, { status: 'FILLED' }))
  await store.commit(batch('', '1', [orderRecord('first', 0), ...orders]))
  const page = await store.list('ann', { limit: 10, status: 'NEW' })
  expect(page.rows).toEqual([])
  const next = await store.list('ann', { limit: 10, status: 'NEW', cursor: page.next as string })
  expect(next.rows.map(({ orderId }) => orderId)).toEqual(['first'])
  expect(next.next).toBeUndefined()
})
