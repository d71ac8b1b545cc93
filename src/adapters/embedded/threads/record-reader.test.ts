/** Reads of an exchange whose records are partly in its memory and partly in its store. */

import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DEFINITIONS, placeOrder } from '../../../../test/contracts/sample-records.ts'
import { temporaryDirectory } from '../../../../test/contracts/temporary-directory.ts'
import { BadCursor, type OrderQuery } from '../../../ports/order-reader.ts'
import { finish } from '../../../ports/paced.ts'
import type { OrderRecord } from '../../../protocol/records.ts'
import { lots } from '../../../protocol/units.ts'
import { ExchangeState } from '../../../recovery/exchange-state.ts'
import { commitPending } from '../../../recovery/recover.ts'
import { RecordStore } from '../records/record-store.ts'
import { StoredRecords } from '../records/stored-records.ts'
import { RecordReader } from './record-reader.ts'
import { answerStored } from './stored-questions.ts'

/** `between` runs after the memory was read and before the store is. */
function open(between: () => Promise<unknown> | unknown = () => {}) {
  const path = join(temporaryDirectory(), 'records.lmdb')
  const state = new ExchangeState()
  state.apply({ position: '0', timestampMs: 0, commands: DEFINITIONS })
  const store = new RecordStore(path)
  const stored = new StoredRecords(path)
  onTestFinished(() => store.close())
  let commits = 0
  const commit = async (): Promise<void> => {
    commits++
    await commitPending(state, store)
  }
  const core = {
    ask: async (question: string, ask: never) => {
      const { account, orderId, query, symbol, numbers } = ask as Record<string, never>
      const { orders } = state
      if (question === 'order') return orders.find(account, orderId)
      if (question === 'orders') return finish(orders.list(account, query))
      if (question === 'trades') return finish(orders.trades(symbol, query))
      if (question === 'fills') return finish(orders.findTrades(symbol, numbers))
      return commit()
    },
  }
  const asked: string[] = []
  const reader = new RecordReader(core as never, {
    ask: async (question, ask) => {
      asked.push(question)
      await between()
      return structuredClone(finish(answerStored(stored, { kind: 'ask', id: 1, question, ask }))) as never
    },
  })
  let position = 0
  const trade = (orderId: string): void => {
    const commands = [
      placeOrder(`${orderId}-buy`, { quantity: lots(3) }),
      placeOrder(`${orderId}-sell`, { side: 'SELL', quantity: lots(3), account: 'bob' }),
    ]
    state.apply({ position: String(++position).padStart(4, '0'), timestampMs: position, commands })
  }
  return { reader, state, trade, commit, asked, commits: () => commits }
}

const idsOf = async (reader: RecordReader, query: Partial<OrderQuery> = {}): Promise<string[]> =>
  (await reader.list('ann', { limit: 100, ...query })).rows.map(({ orderId }) => orderId)

test('orders, fills and trades are complete whether or not they are stored, and reading them commits nothing', async () => {
  const { reader, trade, commit, commits } = open()
  for (const id of ['a', 'b', 'c', 'd']) {
    trade(id)
    if (id === 'b') await commit()
  }
  for (const id of ['a', 'b', 'c', 'd']) {
    const order = (await reader.get('ann', `${id}-buy`)) as OrderRecord
    expect(order.status).toBe('FILLED')
    expect((await reader.fills(order)).map(({ makerOrderId }) => makerOrderId)).toEqual([`${id}-buy`])
  }
  expect(await reader.get('ann', 'none')).toBeUndefined()
  expect(await idsOf(reader)).toEqual(['d-buy', 'c-buy', 'b-buy', 'a-buy'])
  const numbers = async (limit: number, before?: number) =>
    (await reader.trades.list('BTCUSD', { limit, ...(before && { before }) })).map(({ tradeNumber }) => tradeNumber)
  expect(await numbers(10)).toEqual([4, 3, 2, 1])
  expect(await numbers(3)).toEqual([4, 3, 2])
  expect(await numbers(2, 4)).toEqual([3, 2])
  expect(await numbers(2, 3)).toEqual([2, 1])
  expect(await numbers(5, 1)).toEqual([])
  expect(commits()).toBe(1)
  expect(await reader.totals('BTCUSD')).toEqual({ trades: 4, lots: 12n })
})

test('a record that is stored between the two reads is in the answer once', async () => {
  const { reader, trade, commit } = open(() => commit())
  trade('a')
  trade('b')
  expect(await idsOf(reader)).toEqual(['b-buy', 'a-buy'])
  trade('c')
  expect((await reader.trades.list('BTCUSD', { limit: 9 })).map(({ tradeNumber }) => tradeNumber)).toEqual([3, 2, 1])
})

test('an order that is filled and stored between the two reads is listed as filled', async () => {
  const { reader, state, commit } = open(async () => {
    const sell = placeOrder('s', { side: 'SELL', account: 'bob' })
    state.apply({ position: '2', timestampMs: 2, commands: [sell] })
    await commit()
  })
  state.apply({ position: '1', timestampMs: 1, commands: [placeOrder('a')] })
  expect((await reader.list('ann', { limit: 5 })).rows.map(({ status }) => status)).toEqual(['FILLED'])
})

test('the store is not asked for open orders, and nothing is asked with a bad cursor', async () => {
  const { reader, state, asked } = open()
  state.apply({ position: '1', timestampMs: 1, commands: [placeOrder('a')] })
  expect(await idsOf(reader, { status: 'OPEN' })).toEqual(['a'])
  await expect(reader.list('ann', { limit: 1, cursor: 'x' })).rejects.toThrow(BadCursor)
  expect(asked).toEqual([])
})

test('pages of any size contain each order once', async () => {
  const { reader, trade, commit } = open()
  for (let i = 0; i < 30; i++) {
    trade(`o${i}`)
    if (i === 17) await commit()
  }
  for (const limit of [1, 7, 29, 30, 31]) {
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await reader.list('ann', { limit, ...(cursor !== undefined && { cursor }) })
      ids.push(...page.rows.map(({ orderId }) => orderId))
      cursor = page.next
    } while (cursor !== undefined)
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => `o${29 - i}-buy`))
  }
})
