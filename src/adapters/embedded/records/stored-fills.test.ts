import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fillReaderContract } from '../../../../test/contracts/fill-reader.contract.ts'
import { tradeRecord } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { BEGINNING } from '../../../ports/order-stream.ts'
import { finish } from '../../../ports/paced.ts'
import type { TradeRecord } from '../../../protocol/records.ts'
import { RecordStore } from './record-store.ts'
import { fillRows } from './stored-fills.ts'

async function open(commits: readonly (readonly TradeRecord[])[]) {
  const store = new RecordStore(join(temporaryDirectory(), 'records.lmdb'))
  onTestFinished(() => store.close())
  let from = BEGINNING
  for (const [i, trades] of commits.entries()) {
    const to = String(i + 1)
    await store.commit({ from, to, rules: 2, orders: [], trades })
    from = to
  }
  return store
}

fillReaderContract(async (commits) => {
  const store = await open(commits)
  return { list: async (account, query) => finish(store.fillsOfAccounts.page(account, query)) }
}, 25)

test('an account has one row in a commit and a tenth of a second, up to its limit', () => {
  const trades = Array.from({ length: 200 }, (_, i) => tradeRecord(i + 1, { timestampMs: 1_000 + (i >> 1) }))
  const rows = fillRows(trades)
  expect(rows.map(([[account, startMs], row]) => [account, startMs, row.length / 3])).toEqual(
    [64, 64, 64, 8].flatMap((length) => ['ann', 'bob'].map((account) => [account, 1_000, length])),
  )
  expect(fillRows([tradeRecord(1, { takerAccount: 'ann' })])).toHaveLength(1)
})

test('a page with few results ends with a cursor after its limit of trades', async () => {
  const trades = Array.from({ length: 10_001 }, (_, i) => tradeRecord(i + 1, { timestampMs: 1_000 + i }))
  const store = await open([trades])
  const query = { limit: 10, orderId: 'none' }
  const page = finish(store.fillsOfAccounts.page('ann', query))
  expect(page.rows).toEqual([])
  const next = finish(store.fillsOfAccounts.page('ann', { ...query, cursor: page.next as string }))
  expect(next).toEqual({ rows: [] })
})
