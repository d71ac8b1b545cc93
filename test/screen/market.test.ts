/** The market on the screen is that of the exchange: while it changes, in a hidden tab, and after the exchange was killed. */

import { describe, expect, test } from 'vitest'
import { bookChecksum } from '../../src/marketdata/book-checksum.ts'
import { SocketClient } from '../e2e/socket-client.ts'
import { titleOf } from '../skipped-title.ts'
import { whyNoChromium } from './chromium.ts'
import { KEYS, limit, startKeyedExchange } from './keyed-exchange.ts'
import { openScreen } from './open-screen.ts'
import { asLevels, dayFigures, figure, shownBook } from './shown-book.ts'

const missing = whyNoChromium()

describe.skipIf(missing !== undefined)(titleOf('the market', missing), () => {
  test('after kill -9 and a new start the page recovers by itself, and its book is that of the exchange', async () => {
    const exchange = await startKeyedExchange()
    for (const [i, price] of ['50000.00', '49999.50', '49990.00'].entries()) {
      await exchange.place('bob', limit(`b${i}`, 'BUY', `1.${i}`, price))
      await exchange.place('bob', limit(`a${i}`, 'SELL', `2.${i}`, `5000${i + 1}.25`))
    }
    const screen = await openScreen(exchange.url, { key: KEYS.alice })
    const { page } = screen
    await shownBook(page, 3, 3)
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))

    screen.expects(/WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/)
    await exchange.killed()
    const book = page.getByRole('region', { name: 'Book' })
    await book.getByText(/\d s old/).waitFor()
    const boxes = [await book.getByText(/\d s old/).boundingBox(), await book.locator('th').first().boundingBox()]
    expect(boxes[0]?.y, 'below the head of the table').toBeGreaterThanOrEqual(
      (boxes[1]?.y ?? 0) + (boxes[1]?.height ?? 0),
    )
    expect(await figure(page, 'State')).toMatch(/lost|connecting/)
    const again = await exchange.again()
    await again.place('bob', limit('late', 'SELL', '0.5', '50000.75'))

    await page.getByRole('rowgroup', { name: 'Asks' }).getByText('50,000.75').waitFor()
    await book.getByText(/\d s old/).waitFor({ state: 'hidden' })
    const shown = await shownBook(page, 3, 4)
    const { checksum, sequence } = await snapshotOf(again.url)
    expect(bookChecksum(asLevels(shown.bids), asLevels(shown.asks))).toBe(checksum)
    expect(await figure(page, 'Last sequence')).toBe(String(sequence))
    expect(await figure(page, 'Checksum')).toMatch(/^equal/)
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
  })

  test('a halt and its end are shown, and a name of an instrument is text and never markup', async () => {
    const exchange = await startKeyedExchange()
    const name = '<img src=x onerror=alert(1)>'
    const { page } = await openScreen(exchange.url, {
      before: (page) =>
        page.route('**/instruments', async (route) => {
          const answer = await route.fetch()
          await route.fulfill({
            response: answer,
            body: (await answer.text()).replaceAll('"BTC"', JSON.stringify(name)),
          })
        }),
    })
    const market = page.getByRole('status').filter({ hasText: 'Market' })
    await market.getByText('Trading').waitFor()
    await page.getByText(name).first().waitFor()
    expect(await page.locator('img').count()).toBe(0)
    await exchange.call('desk', 'PATCH', '/instruments/BTCUSD', { phase: 'HALTED', reason: name })
    await market.getByText('Halted').waitFor()
    expect(await dayFigures(page)).toMatch(/high.*low.*volume/)
    await exchange.call('desk', 'PATCH', '/instruments/BTCUSD', { phase: 'CONTINUOUS' })
    await market.getByText('Trading').waitFor()
  })

  test('a hidden tab draws nothing, asks nothing and gives its market data up; then it is current again', async () => {
    const exchange = await startKeyedExchange()
    await exchange.place('bob', limit('b0', 'BUY', '1.5', '50000.00'))
    let frames = 0
    const { page } = await openScreen(exchange.url, {
      before: async (page) => {
        page.on('websocket', (socket) => socket.on('framereceived', () => frames++))
        await page.addInitScript(hideable)
      },
    })
    await shownBook(page, 1, 0)
    // What began before may end: the mark of a changed level has a time of its own.
    await page.locator('.flash').waitFor({ state: 'detached' })
    const seen = await page.evaluate(() => (globalThis as unknown as Hideable).hide())
    for (let i = 1; i <= 7; i++) {
      await exchange.place('bob', limit(`b${i}`, 'BUY', '1.5', `5000${i}.00`))
      await page.waitForTimeout(800)
    }
    const late = frames
    await exchange.place('bob', limit('last', 'BUY', '1.5', '50009.00'))
    await page.waitForTimeout(500)
    expect(frames - late, 'messages after five seconds').toBe(0)
    expect(await page.evaluate((seen) => (globalThis as unknown as Hideable).workSince(seen), seen)).toEqual([])
    await page.evaluate(() => (globalThis as unknown as Hideable).show())
    expect((await shownBook(page, 9, 0)).bids[0]).toEqual(['50009.00', '1.50000000'])
  })
})

interface Hideable {
  hide(): number
  show(): void
  /** Frames that ran, changes of the page and requests since a moment. */
  workSince(count: number): string[]
}

/** Makes a page hidden as a browser does: its state, its event, and no animation frames. Counts what it does. */
function hideable(): void {
  let isHidden = false
  const waiting: FrameRequestCallback[] = []
  const work: string[] = []
  const frame = requestAnimationFrame.bind(globalThis)
  const ask = fetch.bind(globalThis)
  Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') })
  Object.defineProperty(document, 'hidden', { get: () => isHidden })
  globalThis.requestAnimationFrame = (call) => (isHidden ? waiting.push(call) : frame(call))
  globalThis.fetch = (...words) => {
    work.push(`request ${String(words[0])}`)
    return ask(...words)
  }
  const change = (hidden: boolean): void => {
    isHidden = hidden
    document.dispatchEvent(new Event('visibilitychange'))
    if (!hidden) for (const call of waiting.splice(0)) frame(call)
  }
  addEventListener('DOMContentLoaded', () => {
    const observer = new MutationObserver((changes) => {
      for (const { target, type } of changes) work.push(`${type} ${target.parentElement?.className ?? target.nodeName}`)
    })
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  })
  Object.assign(globalThis, {
    hide: () => {
      change(true)
      return work.length
    },
    show: () => change(false),
    workSince: (count: number) => work.slice(count),
  })
}

async function snapshotOf(url: string): Promise<{ checksum: number; sequence: number }> {
  const client = await SocketClient.open(url)
  await client.subscribe('book', { symbols: ['BTCUSD'], depth: 100 })
  client.ws.close()
  const [snapshot] = client.data
  return snapshot
}
