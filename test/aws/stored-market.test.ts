/** Candles, tickers and fills of the AWS runtime on this machine: orders in, stored market data out. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { titleOf } from '../skipped-title.ts'
import { eventually, type LocalExchange, startExchange, whyNot } from './local-exchange.ts'

const missing = whyNot()
const ORDER = { symbol: 'BTCUSD', quantity: '1', price: '100.00' }

describe.skipIf(missing !== undefined)(titleOf('stored market data on AWS', missing), () => {
  let exchange: LocalExchange

  beforeAll(async () => {
    exchange = await startExchange({ marketData: true })
  }, 240_000)
  afterAll(() => exchange?.close())

  const read = async (path: string) => {
    const { status, body } = await exchange.send('GET', path)
    expect(status, path).toBe(200)
    return body
  }
  /** A trade of 1 at a price. Both orders are matched when this resolves. */
  const trade = async (price: string): Promise<void> => {
    for (const side of ['SELL', 'BUY']) {
      const { status } = await exchange.send('POST', '/orders', { ...ORDER, side, price }, { Prefer: 'wait=20' })
      expect(status).toBe(200)
    }
  }
  const tradesInCandles = async () => {
    const { candles } = await read('/candles/BTCUSD?interval=1d')
    return candles.reduce((sum: number, { count }: { count: number }) => sum + count, 0)
  }
  /** Readers show what is published, a moment after the row of an order. */
  const published = (count: number) =>
    eventually('candles', async () => ((await tradesInCandles()) === count ? true : undefined))
  const fills = (count: number) =>
    eventually('fills', async () => {
      const page = await read('/fills?sort=asc')
      return page.fills.length === count ? page.fills : undefined
    })

  test('trades are in candles, ticker and fills, also those that the notifier missed', {
    timeout: 240_000,
  }, async () => {
    await trade('100.00')
    await trade('101.00')
    await published(2)
    const ticker = { last: '101.00', high: '101.00', low: '100.00', volume: '2', quoteVolume: '201', count: 2 }
    expect(await read('/ticker/BTCUSD')).toMatchObject(ticker)
    expect((await read('/ticker')).tickers[0]).toMatchObject({ symbol: 'BTCUSD', ...ticker })
    const [first] = await fills(4)
    expect(first).toMatchObject({ symbol: 'BTCUSD', price: '100.00', liquidity: 'MAKER' })
    // Candles do not wait for the notifier, and fills are completed when it runs again.
    exchange.market?.notifier.kill()
    await trade('102.00')
    await published(3)
    expect((await fills(6)).map(({ liquidity }: { liquidity: string }) => liquidity)).toEqual(
      Array(3).fill(['MAKER', 'TAKER']).flat(),
    )
  })
})
