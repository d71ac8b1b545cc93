/** What the screen shows of a market, read as a user reads it: through roles and labels. */

import type { Page } from 'playwright-core'
import type { LevelText } from '../../src/marketdata/book-level.ts'

export interface ShownBook {
  /** Best first: price and quantity. */
  readonly bids: readonly (readonly [string, string])[]
  readonly asks: readonly (readonly [string, string])[]
}

/** Waits until the book has this many levels, and returns them without the separators of thousands. */
export async function shownBook(page: Page, bids: number, asks: number): Promise<ShownBook> {
  return { bids: await side(page, 'Bids', bids), asks: (await side(page, 'Asks', asks)).reverse() }
}

async function side(page: Page, name: string, count: number): Promise<(readonly [string, string])[]> {
  const prices = page.getByRole('rowgroup', { name }).getByRole('row').filter({ hasText: /\d/ })
  if (count === 0) return []
  await prices.nth(count - 1).waitFor()
  const rows = await prices.evaluateAll((found) =>
    found.map((row) => [
      row.querySelector('button')?.textContent ?? '',
      row.querySelectorAll('td')[1]?.textContent ?? '',
    ]),
  )
  return rows.map(([price = '', size = '']) => [plain(price), plain(size)] as const)
}

const plain = (text: string) => text.replaceAll(/[,\s]/g, '')

/** The levels as the exchange writes them, of a book in which each has one order. The screen pads quantities. */
export const asLevels = (levels: ShownBook['bids']): LevelText[] =>
  levels.map(([price, quantity]) => [price, quantity.replace(/\.?0+$/, ''), 1] as const)

/** A figure of the connection panel by its name. */
export async function figure(page: Page, name: string): Promise<string> {
  const panel = page.getByRole('region', { name: 'Connection' })
  return (await panel.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd[1]').textContent()) ?? ''
}

/** The figures of the last 24 hours that have room in the top bar. The others are in lines that are not shown. */
export const dayFigures = (page: Page): Promise<string> =>
  page.locator('.day').evaluate((list) => {
    const { bottom } = list.getBoundingClientRect()
    const shown = [...list.children].filter((each) => each.getBoundingClientRect().bottom <= bottom + 1)
    return shown.map(({ textContent }) => textContent).join(' ')
  })
