/** The market maker of the documentation, as shown there, against a real exchange that is killed and started again. */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../contracts/temporary-directory.ts'
import { type Api, apiOf } from './api.ts'
import { eventually, launchProcess, ROOT, startExchange } from './running-exchange.ts'

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

const become = (api: Api, expected: string): Promise<true> =>
  eventually(async () => ((await quotes(api)) === expected ? true : undefined))

test('the market maker quotes, follows the last trade, and comes back after a crash of the exchange', async () => {
  const data = temporaryDirectory()
  const exchange = await startExchange(data)
  const api = apiOf(exchange.url)
  const url = `${exchange.url.replace('http', 'ws')}/ws`
  const maker = launchProcess(process.execPath, [programFile(), url], {})
  await become(api, '0.1 at 49995.00 (1), 0.1 at 50005.00 (1)')

  const taker = { orderId: 'taker', symbol: 'BTCUSD', side: 'BUY', quantity: '0.05', price: '50005.00' }
  expect((await api.post('/orders', taker)).status).toBe(202)
  await become(api, '0.1 at 50000.00 (1), 0.05 at 50010.00 (1)')
  api.close()

  await exchange.stop('SIGKILL')
  const next = await startExchange(data, ['--port', new URL(exchange.url).port])
  const again = apiOf(next.url)
  await become(again, '0.1 at 50000.00 (1), 0.1 at 50010.00 (1)')
  await again.post('/orders', { ...taker, orderId: 'taker-2', quantity: '0.1', price: '50010.00' })
  await become(again, '0.1 at 50005.00 (1), 0.1 at 50015.00 (1)')

  maker.process.kill('SIGKILL')
  await become(again, '')
  again.close()
  await next.stop('SIGTERM')
})
