/**
 * A page of the trading screen in a browser context of its own. Errors and warnings of the console, uncaught errors and
 * failed requests are collected; the end of each test fails if there are any that it did not expect.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, expect, inject } from 'vitest'

export interface Screen {
  readonly page: Page
  readonly context: BrowserContext
  /** What the console and the network have reported. */
  readonly problems: readonly string[]
  /** Problems that match do not fail the test. */
  expects(problem: RegExp): void
}

export interface ScreenOptions extends BrowserContextOptions {
  /** Settings of the screen, besides its defaults. */
  readonly settings?: object
  /** With it the session is signed in. */
  readonly key?: string
  /** Runs before the page's own scripts. */
  readonly before?: (page: Page) => Promise<unknown>
  /** The part of the address behind `#`. */
  readonly hash?: string
}

/** Far longer than on a busy machine. */
const PATIENCE_MS = 30_000
const SIZE = { width: 1440, height: 900 }

let browser: Promise<Browser> | undefined
const opened: { page: Page; context: BrowserContext; problems: string[]; expected: RegExp[] }[] = []

export async function openScreen(url: string, options: ScreenOptions = {}): Promise<Screen> {
  const { settings, key, before, hash = '', ...rest } = options
  browser ??= chromium.connect(inject('browserEndpoint'))
  const context = await (await browser).newContext({ viewport: SIZE, reducedMotion: 'reduce', ...rest })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const problems: string[] = []
  const expected: RegExp[] = []
  opened.push({ page, context, problems, expected })
  watch(page, problems)
  await context.addInitScript(prepareStorage, { settings: settings ?? null, key: key ?? null })
  await before?.(page)
  await page.goto(`${url}/${hash}`)
  return { page, context, problems, expects: (problem) => void expected.push(problem) }
}

/** Before the first script of the page, and only once: a reload finds what the page has stored. */
function prepareStorage({ settings, key }: { settings: object | null; key: string | null }): void {
  if (sessionStorage.getItem('prepared') !== null) return
  sessionStorage.setItem('prepared', 'yes')
  if (settings !== null) localStorage.setItem('bidding-exchange.screen', JSON.stringify({ version: 1, ...settings }))
  if (key !== null) sessionStorage.setItem('bidding-exchange.key', key)
}

function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      problems.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('requestfailed', (request) => {
    problems.push(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400)
      problems.push(`${response.status()}: ${response.request().method()} ${response.url()}`)
  })
}

afterEach(async ({ task }) => {
  const ended = opened.splice(0)
  if (task.result?.state === 'fail') await keepPictures(ended.map(({ page }) => page))
  for (const { context } of ended) await context.close()
  const unexpected = ended.flatMap(({ problems, expected }) =>
    problems.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
  )
  expect(unexpected, 'the console and the network report nothing').toEqual([])
})

/** What each page shows when its test has failed. */
async function keepPictures(pages: readonly Page[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'failed-screen-'))
  for (const [i, page] of pages.entries()) {
    const path = join(folder, `${i + 1}.png`)
    await page.screenshot({ path }).catch(() => undefined)
    process.stderr.write(`screen: ${path}\n`)
  }
}

afterAll(async () => {
  await (await browser)?.close()
})
