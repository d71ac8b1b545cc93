/** Candles and tickers of an exchange whose trades are partly in its memory and partly stored. */

import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { marketReaderContract } from '../../../../test/contracts/market-reader.contract.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { UncommittedRecords } from '../../../orders/uncommitted-records.ts'
import { BEGINNING } from '../../../ports/order-stream.ts'
import { finish } from '../../../ports/paced.ts'
import type { TradeRecord } from '../../../protocol/records.ts'
import { RecordStore } from '../records/record-store.ts'
import { StoredRecords } from '../records/stored-records.ts'
import { MarketDataReader } from './market-data-reader.ts'
import { answerStored } from './stored-questions.ts'

/**
 * The first commits are stored, and the rest is in memory. Each read of the store stores one more of them first, which
 * the answer of the core still has.
 */
async function open(commits: readonly (readonly TradeRecord[])[]) {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const store = new RecordStore(path)
  const stored = new StoredRecords(path)
  onTestFinished(async () => {
    await stored.close()
    await store.close()
  })
  let done = 0
  const commit = async () => {
    if (done === commits.length) return
    const from = done === 0 ? BEGINNING : String(done)
    await store.commit({ from, to: String(++done), rules: 2, orders: [], trades: commits[done - 1] })
  }
  while (done < commits.length / 2) await commit()
  const core = {
    ask: async (_: string, { symbol }: { symbol: string }) =>
      commits.slice(done).flatMap((trades) => {
        const part = finish(new UncommittedRecords(0, [...trades]).candlesOf(symbol))
        return part === undefined ? [] : [structuredClone(part)]
      }),
  }
  const reader = {
    ask: async (question: string, ask: unknown) => {
      await commit()
      return structuredClone(finish(answerStored(stored, { kind: 'ask', id: 1, question, ask })))
    },
  }
  return new MarketDataReader(core as never, reader as never)
}

marketReaderContract(open, 15)
