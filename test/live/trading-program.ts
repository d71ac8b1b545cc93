/** The market maker of docs/start/trading-program.md, exactly as it is shown there, as a process. */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import type { Api } from '../e2e/api.ts'
import { randomOf } from '../e2e/random.ts'
import { launchProcess, ROOT } from '../e2e/running-exchange.ts'
import { apiFor, keyOf, type LiveExchange, REPAIRED } from './live-exchange.ts'

const PAGE = readFileSync(join(ROOT, 'docs/start/trading-program.md'), 'utf8')
const [, PROGRAM] = /```js\n(.*?)```/s.exec(PAGE) as unknown as [string, string]

/** A folder in which the package is installed, with the program. */
function programFile(): string {
  const folder = temporaryDirectory()
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules/bidding-exchange'))
  const file = join(folder, 'market-maker.mjs')
  writeFileSync(file, PROGRAM)
  return file
}

type Levels = { readonly price: string; readonly quantity: string; readonly orders: number }[]

const quotes = async (api: Api): Promise<string> => {
  const { bids, asks } = (await api.get('/book/BTCUSD')).body as { bids: Levels; asks: Levels }
  const texts = (levels: Levels) => levels.map(({ price, quantity, orders }) => `${quantity} at ${price} (${orders})`)
  return [...texts(bids), ...texts(asks)].join(', ')
}

/** The book of BTCUSD must be empty, and nothing traded in it. */
export function tradingProgramTest(exchange: () => LiveExchange): void {
  test('the market maker quotes, follows the last trade, comes back after a fault, and cancels at its end', async () => {
    const [api, taker] = [apiFor(exchange(), 'maker'), apiFor(exchange(), 'alice')]
    const url = `${exchange().url.replace('http', 'ws')}/ws`
    const maker = launchProcess(process.execPath, [programFile(), url, keyOf('maker')], {})
    onTestFinished(() => void maker.process.kill('SIGKILL'))
    const shown = () => quotes(api).catch(() => 'the exchange is not there')
    await expect.poll(shown, REPAIRED).toBe('0.1 at 49995.00 (1), 0.1 at 50005.00 (1)')

    const order = { symbol: 'BTCUSD', side: 'BUY', timeInForce: 'IOC' }
    let orders = 0
    /**
     * Returns the status when the order is matched, however long that takes: after a trade the program moves its quotes,
     * so no later order could fill. With each snapshot of its orders, and on AWS there may be several, the program
     * cancels and quotes anew, so an order may miss them.
     */
    const buy = async (quantity: string, price: string): Promise<string> => {
      const orderId = `t-${++orders}`
      const place = async () => (await taker.post('/orders', { ...order, orderId, quantity, price })).status
      await expect.poll(place, REPAIRED).toBeLessThan(300)
      const status = async () => (await taker.get(`/orders/${orderId}`)).body.status
      await expect.poll(status, REPAIRED).toMatch(/FILLED|CANCELED/)
      return status()
    }
    await expect.poll(() => buy('0.05', '50005.00'), REPAIRED).toBe('FILLED')
    const followed = /^0.1 at 50000.00 \(1\), 0.(1|05) at 50010.00 \(1\)$/
    await expect.poll(shown, REPAIRED).toMatch(followed)

    await exchange().interrupt(randomOf(1))
    await expect.poll(shown, REPAIRED).toMatch(followed)
    await expect.poll(() => buy('0.05', '50010.00'), REPAIRED).toBe('FILLED')
    await expect.poll(shown, REPAIRED).toMatch(/^0.1 at 50005.00 \(1\), 0.(1|05) at 50015.00 \(1\)$/)

    maker.process.kill('SIGKILL')
    await expect.poll(shown, REPAIRED).toBe('')
    for (const each of [api, taker]) each.close()
  })
}
