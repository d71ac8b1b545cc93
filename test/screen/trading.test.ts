/** A trader works with the screen: places, sees, amends and cancels, by mouse and by keys, and sees nobody else's orders. */

import { text } from 'node:stream/consumers'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { titleOf } from '../skipped-title.ts'
import { whyNoChromium } from './chromium.ts'
import { KEYS, limit, startKeyedExchange } from './keyed-exchange.ts'
import { openScreen } from './open-screen.ts'
import { shownBook } from './shown-book.ts'

const missing = whyNoChromium()

/** A second press within less is a double click to the ticket. */
const DOUBLE_PRESS_MS = 450

const ticketOf = (page: Page) => page.getByRole('form', { name: 'Order ticket' })
const ordersOf = (page: Page) => page.getByRole('region', { name: 'Orders' })
const showTab = (page: Page, name: string) => ordersOf(page).getByRole('tab', { name }).click()

describe.skipIf(missing !== undefined)(titleOf('trading', missing), () => {
  test('by mouse: an order from the ticket trades, and book, tape, candle, orders and fills show it', async () => {
    const exchange = await startKeyedExchange()
    await exchange.place('bob', limit('b1', 'BUY', '2', '49990.00'))
    await exchange.place('bob', limit('a1', 'SELL', '1.5', '50000.50'))
    const alice = await openScreen(exchange.url, { key: KEYS.alice })
    const bob = await openScreen(exchange.url, { key: KEYS.bob })
    const { page } = alice
    await shownBook(page, 1, 1)

    await page.getByRole('rowgroup', { name: 'Asks' }).getByText('50,000.50').click()
    const ticket = ticketOf(page)
    expect(await ticket.getByLabel('Price', { exact: true }).inputValue()).toBe('50000.50')
    await ticket.getByLabel('Quantity', { exact: true }).fill('0.5')
    await ticket.getByText('25,000.25 USD').waitFor()
    await ticket.getByRole('button', { name: 'Buy 0.5 BTC at 50,000.50' }).click()
    await ticket.getByText('Filled: 0.5 BTC at an average of 50,000.50.').waitFor()

    for (const each of [page, bob.page]) {
      await each.getByRole('region', { name: 'Trades', exact: true }).getByText('50,000.50').first().waitFor()
      await each.getByRole('rowgroup', { name: 'Asks' }).getByText('1.00000000').first().waitFor()
      await each.getByRole('region', { name: 'Chart' }).getByText('50,000.50').first().waitFor()
    }
    expect(await shownBook(bob.page, 1, 1)).toEqual(await shownBook(page, 1, 1))
    await showTab(page, 'Fills')
    await ordersOf(page).getByRole('row').filter({ hasText: 'Buy' }).filter({ hasText: 'Taker' }).waitFor()

    // Both see the market; each sees only the own orders.
    await ticket.getByLabel('Price', { exact: true }).fill('49000')
    await ticket.getByLabel('Quantity', { exact: true }).fill('0.5')
    await page.waitForTimeout(DOUBLE_PRESS_MS)
    await ticket.getByRole('button', { name: /^Buy 0.5 BTC/ }).click()
    await showTab(page, 'Open')
    await ordersOf(page).getByRole('row').filter({ hasText: '49,000.00' }).waitFor()
    await bob.page.getByRole('rowgroup', { name: 'Bids' }).getByText('49,000.00').waitFor()
    expect(await ordersOf(bob.page).getByRole('row').filter({ hasText: '49,000.00' }).count()).toBe(0)
    expect(await ordersOf(bob.page).getByRole('row').filter({ hasText: '49,990.00' }).count()).toBe(1)
    await bob.page
      .getByTitle(/My open orders/)
      .first()
      .waitFor({ state: 'attached' })

    const csv = page.waitForEvent('download')
    await ordersOf(page).getByRole('button', { name: 'CSV' }).click()
    const file = await csv
    expect(file.suggestedFilename()).toMatch(/\.csv$/)
    expect(await text(await file.createReadStream())).toContain('49000.00')
  })

  test('by keys only: buy, amend, cancel the last, cancel all', async () => {
    const exchange = await startKeyedExchange()
    await exchange.place('bob', limit('a1', 'SELL', '1.5', '50000.50'))
    const { page } = await openScreen(exchange.url, { key: KEYS.alice })
    await shownBook(page, 0, 1)
    const type = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    // One Escape closes the search, whatever was typed.
    await type('/', 'E', 'T', 'Escape')
    await page.getByRole('dialog', { name: 'Symbols' }).waitFor({ state: 'hidden' })
    await type('b')
    await page.keyboard.type('49990')
    await type('ArrowUp', 'Shift+ArrowUp', 'Tab')
    // Letters in a field are text, not hotkeys.
    await type('q')
    await ticketOf(page).getByLabel('Quantity', { exact: true }).and(page.locator(':focus')).waitFor()
    await type('Backspace')
    await page.keyboard.type('0.5')
    await type('Enter')
    const open = ordersOf(page).getByRole('row').filter({ hasText: 'Buy' })
    await open.filter({ hasText: '49,990.11' }).waitFor()

    await type('Escape', 'o')
    await reach(page, ordersOf(page).getByTitle('Amend the price'))
    await type('Enter')
    await ordersOf(page).getByLabel('New price').and(page.locator(':focus')).waitFor()
    await page.keyboard.type('49980.25')
    await type('Enter')
    await open.filter({ hasText: '49,980.25' }).waitFor()
    await page.getByRole('rowgroup', { name: 'Bids' }).getByText('49,980.25').waitFor()

    await type('Escape', 'c')
    await open.waitFor({ state: 'detached' })
    expect((await shownBook(page, 0, 1)).asks).toHaveLength(1)
    for (const price of ['49000', '49001']) {
      await exchange.place('alice', limit(`k${price}`, 'BUY', '1', price))
    }
    await open.nth(1).waitFor()
    await type('Shift+C')
    const question = page.getByRole('dialog', { name: 'Cancel all orders?' })
    await reach(page, question.getByRole('button', { name: 'Cancel 2 orders' }))
    await type('Enter')
    await ordersOf(page).getByText('No open orders').waitFor()
    expect(await (await exchange.call('alice', 'GET', '/orders?status=OPEN')).json()).toMatchObject({ orders: [] })
  })

  test('wrong input shows its message and keeps what was typed; what the exchange rejects too', async () => {
    const exchange = await startKeyedExchange()
    await exchange.place('bob', limit('a1', 'SELL', '1.5', '50000.50'))
    const { page } = await openScreen(exchange.url, { key: KEYS.alice })
    await shownBook(page, 0, 1)
    const ticket = ticketOf(page)
    const price = ticket.getByLabel('Price', { exact: true })
    const quantity = ticket.getByLabel('Quantity', { exact: true })
    await price.fill('49990.005')
    await quantity.fill('0.5x')
    await quantity.press('Enter')
    expect(await described(page, price)).toContain('multiple of 0.01')
    expect(await described(page, quantity)).not.toBe('')
    expect([await price.inputValue(), await quantity.inputValue()]).toEqual(['49990.005', '0.5x'])

    await price.fill('50000.50')
    await quantity.fill('0.5')
    await ticket.getByLabel('Post only').check()
    await page.waitForTimeout(DOUBLE_PRESS_MS)
    await quantity.press('Enter')
    await ticket
      .getByRole('alert')
      .filter({ hasText: /post-only/i })
      .waitFor()
    expect([await price.inputValue(), await quantity.inputValue()]).toEqual(['50000.50', '0.5'])

    // A slip of the hand is asked about, and the safe answer is the first.
    await ticket.getByLabel('Post only').uncheck()
    await price.fill('99999')
    await page.waitForTimeout(DOUBLE_PRESS_MS)
    await quantity.press('Enter')
    const question = page.getByRole('dialog', { name: 'Check this order' })
    await question.getByRole('button', { name: 'Back' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
    expect(await (await exchange.call('alice', 'GET', '/fills')).json()).toMatchObject({ fills: [] })
  })

  test('a tag is text and never markup, and the longest numbers do not run over each other', async () => {
    const exchange = await startKeyedExchange()
    await exchange.call('desk', 'POST', '/instruments', {
      symbol: 'W'.repeat(24),
      base: 'WWW',
      quote: 'MMM',
      tickSize: '0.000000000001',
      lotSize: '0.000000000001',
    })
    await exchange.place('alice', limit('long', 'BUY', '9007.199254740991', '0.002147483647', 'W'.repeat(24)))
    const tag = '<img src=x onerror=alert(1)>'
    const { page } = await openScreen(exchange.url, { key: KEYS.alice })
    await exchange.place('bob', limit('a1', 'SELL', '1.5', '50000.50'))
    await shownBook(page, 0, 1)
    await ordersOf(page).getByText('9,007.199254740991').first().waitFor()
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 })
      if (width === 360)
        await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: 'Orders' }).click()
      expect(await ordersOf(page).evaluate(overlaps), `${width} pixels`).toEqual([])
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await ticketOf(page).getByLabel('Tag').fill(tag)
    await ticketOf(page).getByLabel('Price', { exact: true }).fill('50000.50')
    await ticketOf(page).getByLabel('Quantity', { exact: true }).fill('0.5')
    await page.keyboard.press('Enter')
    await showTab(page, 'Fills')
    await ordersOf(page).getByText(tag).waitFor()
    expect(await page.locator('img').count()).toBe(0)
  })
})

/** Numbers in a row that run over the one before. */
function overlaps(panel: HTMLElement | SVGElement): string[] {
  const found: string[] = []
  for (const row of panel.querySelectorAll('tbody tr')) {
    const shown = [...row.querySelectorAll('.fitted')].filter((each) => each.getClientRects().length > 0)
    shown.reduce((end, each) => {
      const { left, right } = each.getBoundingClientRect()
      if (left < end) found.push(each.textContent ?? '')
      return right
    }, 0)
  }
  return found
}

/** Presses Tab until the element has the focus. */
async function reach(page: Page, wanted: ReturnType<Page['locator']>): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await wanted.evaluateAll((found) => found.includes(document.activeElement as HTMLElement))) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab does not reach it')
}

/** The text that describes a field. */
async function described(page: Page, field: ReturnType<Page['locator']>): Promise<string> {
  const id = await field.getAttribute('aria-describedby')
  return id === null ? '' : ((await page.locator(`#${id}`).textContent()) ?? '')
}
