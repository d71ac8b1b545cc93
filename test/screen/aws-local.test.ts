/** The same build in front of the AWS runtime: its functions, its stream of events and its simulated API Gateway. */

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { screenFiles } from '../../src/entrypoints/server/screen-files.ts'
import { type LocalExchange, startExchange, whyNot } from '../aws/local-exchange.ts'
import { ROOT } from '../e2e/running-exchange.ts'
import { titleOf } from '../skipped-title.ts'
import { whyNoChromium } from './chromium.ts'
import { limit } from './keyed-exchange.ts'
import { openScreen } from './open-screen.ts'
import { shownBook } from './shown-book.ts'

const missing = whyNoChromium() ?? whyNot()

describe.skipIf(missing !== undefined)(titleOf('on AWS', missing), () => {
  let exchange: LocalExchange

  beforeAll(async () => {
    exchange = await startExchange({ marketData: true, site: screenFiles(join(ROOT, 'dist/web')) })
  }, 180_000)
  afterAll(() => exchange?.close())

  test('an order from the ticket trades, and the market shows it', async () => {
    await exchange.send('POST', '/orders', limit('a1', 'SELL', '1.5', '50000.50'))
    const { page } = await openScreen(exchange.url)
    await shownBook(page, 0, 1)
    const ticket = page.getByRole('form', { name: 'Order ticket' })
    await page.getByRole('rowgroup', { name: 'Asks' }).getByText('50,000.50').click()
    await ticket.getByLabel('Quantity', { exact: true }).fill('0.5')
    await ticket.getByRole('button', { name: 'Buy 0.5 BTC at 50,000.50' }).click()
    await page.getByRole('region', { name: 'Trades', exact: true }).getByText('50,000.50').first().waitFor()
    await page.getByRole('rowgroup', { name: 'Asks' }).getByText('1.00000000').first().waitFor()
    expect((await shownBook(page, 0, 1)).asks).toEqual([['50000.50', '1.00000000']])
  })
})
