/** Time in a market where nobody sends a command: orders expire when they are due. */

import { describe, expect, test } from 'vitest'
import { full, openExchange } from '../test/contracts/memory-exchange.ts'
import { MemoryStream } from '../test/contracts/memory-ports.ts'
import { placeOrder } from '../test/contracts/sample-records.ts'

describe('in a quiet market', () => {
  const gtd = (orderId: string, expiresAtMs: number, more = {}) =>
    placeOrder(orderId, { timeInForce: 'GTD', expiresAtMs, ...more })

  test('orders expire when they are due, symbol by symbol', async () => {
    const { exchange, clock, stream, submit } = await openExchange()
    await submit([gtd('a', 3_000), gtd('b', 2_000), gtd('c', 3_000, { symbol: 'ETHUSD' })])
    const move = async (ms: number): Promise<void> => {
      stream.nowMs = clock.nowMs + ms
      await clock.advance(ms)
    }
    await move(900)
    expect(exchange.find('ann', 'b')?.status).toBe('NEW')
    await move(200)
    expect(['a', 'b', 'c'].map((id) => exchange.find('ann', id)?.status)).toEqual(['NEW', 'EXPIRED', 'NEW'])
    await move(1_000)
    expect(['a', 'b', 'c'].map((id) => exchange.find('ann', id)?.status)).toEqual(['EXPIRED', 'EXPIRED', 'EXPIRED'])
    await move(1_000)
    expect(clock.pending).toBe(0)
  })

  test('an order expires within a second after the clock stepped to its time', async () => {
    const { exchange, clock, stream, submit } = await openExchange()
    await submit([gtd('a', 3_600_000)])
    await clock.advance(500)
    clock.nowMs = 3_600_000
    stream.nowMs = 3_600_000
    await clock.advance(1_000)
    expect(exchange.find('ann', 'a')?.status).toBe('EXPIRED')
  })

  test('an AdvanceTime that failed is retried', async () => {
    const { exchange, clock, stream, troubles, submit } = await openExchange()
    await submit([gtd('a', 2_000)])
    stream.disk = Promise.reject(full())
    stream.disk.catch(() => {})
    stream.nowMs = 5_000
    await clock.advance(1_500)
    expect(troubles).toHaveLength(1)
    stream.disk = Promise.resolve()
    await clock.advance(1_500)
    expect(exchange.find('ann', 'a')?.status).toBe('EXPIRED')
  })

  test('an order whose expiry passed while the exchange was stopped expires at the start', async () => {
    const { stream, submit } = await openExchange()
    await submit([gtd('a', 1_500)])
    const late = new MemoryStream(stream.records)
    late.nowMs = 9_000
    const { exchange, clock } = await openExchange(late)
    await clock.advance(1_000)
    expect(exchange.find('ann', 'a')?.status).toBe('EXPIRED')
  })
})
