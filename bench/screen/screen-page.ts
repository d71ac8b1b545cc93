/** A page of the trading screen in Chromium, and what the browser says of it. */

import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchChromium } from '../../test/screen/chromium.ts'
import { scriptOfFrames } from './frame-trace.ts'

/** Collects from the start of the page; a script that is added later would miss the first entries. */
const OBSERVE = `
  globalThis.seen = { paintMs: 0, firstMs: 0, shift: 0, tasks: [] }
  const observe = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
  observe('largest-contentful-paint', ({ startTime }) => { seen.paintMs = startTime })
  observe('paint', ({ name, startTime }) => { if (name === 'first-contentful-paint') seen.firstMs = startTime })
  observe('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shift += value })
  observe('longtask', ({ startTime, duration }) => seen.tasks.push([startTime, duration]))
`

/** Pages behave like hidden ones, which a browser without a window cannot show. */
const HIDE = `
  Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
  Object.defineProperty(document, 'hidden', { value: true, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
`

interface Seen {
  readonly paintMs: number
  readonly firstMs: number
  readonly shift: number
  readonly tasks: readonly (readonly [startMs: number, durationMs: number])[]
}

/** How long after the first paint a long task blocks the user who has just opened the page. */
const BLOCKING_WINDOW_MS = 5_000
const LONG_TASK_MS = 50

export class ScreenPage {
  /** Messages of the book that the page has received. */
  bookMessages = 0
  private readonly browser: Browser
  private readonly page: Page
  private readonly session: CDPSession

  private constructor(browser: Browser, page: Page, session: CDPSession) {
    this.browser = browser
    this.page = page
    this.session = session
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        if (payload.includes('"channel":"book"')) this.bookMessages++
      }),
    )
  }

  /** Opens the page, and waits for the first rows of the book. */
  static async open(url: string): Promise<ScreenPage> {
    const browser = await launchChromium()
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    await context.addInitScript(OBSERVE)
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    const opened = new ScreenPage(browser, page, session)
    await session.send('Performance.enable')
    await page.goto(url)
    await page.waitForSelector('.book-pick:not(:empty)')
    return opened
  }

  close(): Promise<void> {
    return this.browser.close()
  }

  pause(ms: number): Promise<void> {
    return this.page.waitForTimeout(ms)
  }

  /** Milliseconds of script for each frame while the page runs for a time. */
  async traceFrames(ms: number): Promise<number[]> {
    await this.browser.startTracing(this.page, { categories: ['devtools.timeline', 'v8'] })
    await this.pause(ms)
    const trace = await this.browser.stopTracing()
    return scriptOfFrames(JSON.parse(trace.toString()).traceEvents)
  }

  /** Bytes of the heap that are in use after a collection, and nodes of the document. */
  async memory(): Promise<{ bytes: number; nodes: number }> {
    await this.session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await this.session.send('Runtime.getHeapUsage')
    return { bytes: usedSize, nodes: await this.metric('Nodes') }
  }

  /** Seconds of script since the page began. */
  scriptSeconds(): Promise<number> {
    return this.metric('ScriptDuration')
  }

  hide(): Promise<unknown> {
    return this.page.evaluate(HIDE)
  }

  /** Largest paint, blocking time behind the first paint, and layout shift since the page began. */
  async vitals(): Promise<{ paintMs: number; blockingMs: number; shift: number }> {
    const { paintMs, firstMs, shift, tasks } = (await this.page.evaluate('seen')) as Seen
    const early = tasks.filter(([startMs]) => startMs >= firstMs && startMs < firstMs + BLOCKING_WINDOW_MS)
    return { paintMs, shift, blockingMs: early.reduce((sum, [, ms]) => sum + ms - LONG_TASK_MS, 0) }
  }

  private async metric(name: string): Promise<number> {
    const { metrics } = await this.session.send('Performance.getMetrics')
    return metrics.find((metric) => metric.name === name)?.value ?? 0
  }
}
