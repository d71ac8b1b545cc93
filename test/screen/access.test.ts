/**
 * Everybody can use the screen: axe finds nothing serious in any theme, each control is reached by keys and shows its
 * focus, no width needs sideways scrolling, and nothing moves for those who asked for that.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type RunningExchange, removeLater, startExchange } from '../e2e/running-exchange.ts'
import { titleOf } from '../skipped-title.ts'
import { whyNoChromium } from './chromium.ts'
import { openScreen } from './open-screen.ts'
import { dayFigures } from './shown-book.ts'

const missing = whyNoChromium()
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The two pages and the dialogs, and how each is opened. */
const VIEWS: readonly (readonly [name: string, hash: string, key: string])[] = [
  ['trading', '', ''],
  ['operations', '#/operations', ''],
  ['the list of keys', '', '?'],
  ['the symbols', '', '/'],
]

describe.skipIf(missing !== undefined)(titleOf('access', missing), () => {
  let exchange: RunningExchange

  beforeAll(async () => {
    exchange = await startExchange(removeLater(), ['--demo', '--demo-rate', '30'])
  })

  test.each(VIEWS)('axe finds nothing serious in %s, in either theme and palette', async (_, hash, key) => {
    const { page } = await openScreen(exchange.url, { hash })
    await settled(page, hash)
    if (key !== '') await page.keyboard.press(key)
    await page.evaluate(AXE)
    const found: string[] = []
    for (const theme of ['dark', 'light']) {
      for (const palette of ['standard', 'safe']) {
        await page.evaluate((chosen) => Object.assign(document.documentElement.dataset, chosen), { theme, palette })
        found.push(...(await violations(page)).map((each) => `${theme} ${palette}: ${each}`))
      }
    }
    expect(found).toEqual([])
  })

  test('Tab visits every panel in the order of reading, and each stop shows its focus', async () => {
    const { page } = await openScreen(exchange.url)
    await settled(page, '')
    const stops: Stop[] = []
    for (let presses = 0; presses < 80; presses++) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(focused)
      if (stop === undefined) break
      stops.push(stop)
    }
    expect(stops.filter(({ isVisible }) => !isVisible).map(({ name }) => name)).toEqual([])
    expect(stops.filter(({ name }) => name === '')).toEqual([])
    const panels = stops.map(({ panel }) => panel).filter((panel, i, all) => panel !== all[i - 1])
    expect(panels).toEqual(['', 'Book', 'Trades', 'Chart', 'Orders', 'Order'])
  })

  test.each([360, 390, 720, 1100, 1440, 2560])('at %i pixels nothing is cut off at the sides', async (width) => {
    // 720 is 1440 at 200 % zoom.
    const { page } = await openScreen(exchange.url, { viewport: { width, height: width < 768 ? 740 : 900 } })
    await settled(page, '', width)
    const tabs = width < 768 ? ['Chart', 'Book', 'Ticket', 'Orders'] : ['']
    for (const tab of tabs) {
      if (tab !== '') await page.getByRole('navigation', { name: 'Panels' }).getByRole('button', { name: tab }).click()
      expect(await page.evaluate(outside), tab).toEqual([])
    }
    expect(await dayFigures(page)).toContain('change')
    await page.goto(`${exchange.url}/#/operations`)
    await page.getByRole('main').waitFor()
    expect(await page.evaluate(outside), 'operations').toEqual([])
  })

  test('the operations page does not move while it loads', async () => {
    const { page } = await openScreen(exchange.url, { hash: '#/operations' })
    await page.getByRole('row').filter({ hasText: 'BTCUSD' }).waitFor()
    await settled(page, '#/operations')
    expect(await page.evaluate(shiftSinceLoad)).toBeLessThan(0.01)
  })

  test('nothing is animated for those who asked for less motion, and no panel moves while the market does', async () => {
    const quiet = await openScreen(exchange.url)
    const usual = await openScreen(exchange.url, { reducedMotion: 'no-preference' })
    for (const { page } of [quiet, usual]) {
      await settled(page, '')
    }
    // What loads after the first data, the figures of 24 hours and the chart, has found its place.
    await quiet.page.waitForTimeout(1_000)
    for (const { page } of [quiet, usual]) await page.evaluate(watchMotion)
    await quiet.page.waitForTimeout(3_000)
    expect(await quiet.page.evaluate(motion)).toEqual({ animations: 0, flashes: 0, shifted: [] })
    const seen = await usual.page.evaluate(motion)
    expect(seen.flashes, 'flashes, if motion is welcome').toBeGreaterThan(0)
    expect(seen.shifted).toEqual([])
  })
})

/** Waits until the page shows data. */
async function settled(page: Page, hash: string, width = 1440): Promise<void> {
  if (hash !== '') return page.getByRole('region', { name: 'Threads and memory' }).waitFor()
  if (width < 768) await page.getByRole('region', { name: 'Chart' }).waitFor()
  else await page.getByRole('rowgroup', { name: 'Bids' }).getByRole('row').filter({ hasText: /\d/ }).nth(3).waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
}

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }
    interface Violation {
      readonly id: string
      readonly impact: string
      readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
    }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id} ${nodes.map(({ target }) => target.join(' ')).slice(0, 3)}: ${nodes[0]?.failureSummary}`,
      )
  })
}

interface Stop {
  /** The panel around it; empty: the bar at the top. */
  readonly panel: string
  readonly name: string
  readonly isVisible: boolean
}

/** The element with the focus; undefined: none of the page. */
function focused(): Stop | undefined {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element === document.body) return undefined
  // A field shows the focus of its input at its frame, and a row of the book that of its button over its whole width.
  const styles = [getComputedStyle(element), getComputedStyle(element, '::after')]
  if (element.parentElement !== null) styles.push(getComputedStyle(element.parentElement))
  const hasRing = styles.some(
    ({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && outlineWidth !== '0px') || (boxShadow !== 'none' && boxShadow !== ''),
  )
  const { width, height } = element.getBoundingClientRect()
  const label = element.id === '' ? null : document.querySelector(`label[for="${element.id}"]`)
  return {
    panel: element.closest('section.panel')?.getAttribute('aria-label') ?? '',
    name:
      element.getAttribute('aria-label') ??
      label?.textContent ??
      element.closest('label')?.textContent ??
      element.textContent ??
      '',
    isVisible: hasRing && width > 0 && height > 0,
  }
}

/** What reaches beyond the sides of the window, unless a box of its own scrolls it. */
function outside(): string[] {
  const { clientWidth, scrollWidth } = document.documentElement
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    (/auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
  const beyond = [...document.querySelectorAll('body *')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect()
    return width > 0 && (left < -1 || right > clientWidth + 1) && !scrolls(element.parentElement)
  })
  const names = beyond.map((element) => `${element.tagName}.${element.className} ${element.textContent?.slice(0, 20)}`)
  return scrollWidth > clientWidth ? [`the page is ${scrollWidth} wide`, ...names] : names
}

interface LayoutShift {
  readonly value: number
  readonly sources: readonly { readonly node: Node | null }[]
}

interface Watched {
  /** flashes: how often a level that has changed was found on a ground of its own. */
  seen: { animations: number; flashes: number; shifted: string[] }
}

function watchMotion(): void {
  const seen = { animations: 0, flashes: 0, shifted: [] as string[] }
  Object.assign(globalThis, { seen })
  addEventListener('animationstart', () => seen.animations++)
  addEventListener('transitionstart', () => seen.animations++)
  setInterval(() => {
    for (const row of document.querySelectorAll('[role="row"], tr')) {
      const { backgroundColor } = getComputedStyle(row)
      if (row.closest('[aria-label="Book"]') && backgroundColor !== 'rgba(0, 0, 0, 0)') seen.flashes++
    }
  }, 30)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as LayoutShift[]) {
      for (const { node } of entry.sources) seen.shifted.push(`${node?.parentElement?.className} ${node?.textContent}`)
    }
  }).observe({ type: 'layout-shift' })
}

/** The cumulative layout shift of web vitals, without its windows of time. */
const shiftSinceLoad = (): Promise<number> =>
  new Promise((resolve) => {
    let shift = 0
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries() as unknown as LayoutShift[]) shift += value
    }).observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => resolve(shift), 300)
  })

const motion = (): Watched['seen'] => (globalThis as unknown as Watched).seen
