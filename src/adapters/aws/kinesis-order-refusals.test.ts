/** What order entry on AWS refuses before it writes: orders for a late matcher, and for a suspended symbol. */

import { describe, expect, test } from 'vitest'
import { directory, entry, orders, parts, stream } from '../../../test/aws/order-entry-on-dynamo.ts'
import { placeOrder } from '../../../test/contracts/sample-records.ts'
import type { ListedInstrument } from '../../protocol/instrument/instrument-directory.ts'
import { KinesisOrderEntry } from './kinesis-order-entry.ts'
import { MatcherLag } from './matcher-lag.ts'

const MARK = { eventNumber: 0, tradeNumber: 0 }

describe('a matcher that is too far behind', () => {
  const cancel = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' } as const
  let clockMs = 1_000_000

  async function behind(lagMs: number): Promise<KinesisOrderEntry> {
    let position = 0
    const lag = new MatcherLag({
      // It advances, but does not reach what was appended.
      marks: { marks: async () => new Map([['BTCUSD', { ...MARK, position: '0'.repeat(++position) }]]) },
      nowMs: () => clockMs,
      limitMs: 30_000,
      warn: () => {},
    })
    const limited = new KinesisOrderEntry({ ...parts, lag })
    await limited.submit([placeOrder('a')])
    for (const end = clockMs + lagMs; clockMs < end; clockMs += 5_000) await lag.refresh([cancel])
    return limited
  }

  test('makes new orders fail before anything is written; cancels, other symbols and operators do not', async () => {
    const limited = await behind(40_000)
    const other = placeOrder('c', { symbol: 'ETHUSD' })
    expect(await limited.submit([placeOrder('b'), other, cancel])).toMatchObject([
      { kind: 'failed', code: 'overloaded', retryable: true, retryAfterMs: expect.any(Number) },
      { kind: 'accepted' },
      { kind: 'accepted' },
    ])
    expect(await orders.get('ann', 'b')).toBeUndefined()
    const failure = { code: 'overloaded', retryable: true, retryAfterMs: expect.any(Number) }
    await expect(limited.submit([placeOrder('b')])).rejects.toMatchObject(failure)
    await limited.submit([{ kind: 'AdvanceTime', symbol: 'BTCUSD' }])
    await limited.submit([{ kind: 'CancelAllOrders', symbol: 'BTCUSD', account: 'ann' }])
  })

  test('is no reason while the lag is below the limit', async () => {
    const limited = await behind(20_000)
    expect(await limited.submit([placeOrder('b')])).toMatchObject([{ kind: 'accepted' }])
  })
})

describe('a suspended symbol', () => {
  const suspend = () => {
    const instrument = directory.get('BTCUSD') as ListedInstrument
    directory.set('BTCUSD', { ...instrument, suspended: true })
  }

  test('accepts no order, cancel or amendment, and nothing of it is written', async () => {
    suspend()
    const cancel = { kind: 'CancelOrder', symbol: 'BTCUSD', account: 'ann', orderId: 'a' } as const
    const failure = { code: 'symbol_suspended', retryable: true }
    await expect(entry.submit([placeOrder('a')])).rejects.toMatchObject(failure)
    await expect(entry.submit([cancel])).rejects.toMatchObject(failure)
    expect(stream.appended).toEqual([])
    expect(await orders.get('ann', 'a')).toBeUndefined()
  })

  test('does not stop the orders of others in one call, nor operators', async () => {
    suspend()
    const other = placeOrder('b', { symbol: 'ETHUSD' })
    expect(await entry.submit([placeOrder('a'), other])).toMatchObject([
      { kind: 'failed', code: 'symbol_suspended' },
      { kind: 'accepted' },
    ])
    await entry.submit([{ kind: 'AdvanceTime', symbol: 'BTCUSD' }])
    expect(stream.appended.map(({ key }) => key)).toEqual(['ETHUSD', 'BTCUSD'])
  })
})
