/**
 * `npm run bench -- screen`: the trading screen in Chromium while the demo market trades one instrument, 200 commands a
 * second: script of a frame, first paint, blocking time, growth of memory, layout shift, and the work of a hidden page.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startExchange } from './http/servers.ts'
import { ScreenPage } from './screen/screen-page.ts'

export interface ScreenBenchOptions {
  /** Of the demo market, a second. Each changes the book. */
  readonly commands: number
  /** How long frames are traced, and how long memory is watched. */
  readonly traceSeconds: number
  readonly memorySeconds: number
  /** Whether the page is hidden at the end, which takes ten seconds. */
  readonly hides: boolean
}

/** What a test can hold. */
export interface ScreenFigures {
  readonly framesPerSecond: number
  /** Script of a frame, processor time. */
  readonly scriptP95Ms: number
  readonly layoutShift: number
}

export interface ScreenReport {
  readonly rows: readonly ScreenRow[]
  readonly figures: ScreenFigures
}

export interface ScreenRow {
  readonly what: string
  readonly value: string
}

const INSTRUMENTS = [{ symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.00000001' }]
/** The page has settled then. Its lists of trades and candles fill for some minutes more. */
const WARM_MS = 20_000

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0
const ms = (value: number): string => `${value.toFixed(2)} ms`
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`

export async function benchScreen(options: ScreenBenchOptions): Promise<ScreenReport> {
  const directory = mkdtempSync(join(tmpdir(), 'exchange-screen-'))
  const instruments = join(directory, 'instruments.json')
  writeFileSync(instruments, JSON.stringify(INSTRUMENTS))
  const demo = ['--instruments', instruments, '--demo', '--demo-rate', String(options.commands)]
  const exchange = await startExchange(demo)
  try {
    const page = await ScreenPage.open(`http://127.0.0.1:${exchange.port}/`)
    try {
      return await measure(page, options)
    } finally {
      await page.close()
    }
  } finally {
    await exchange.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measure(page: ScreenPage, options: ScreenBenchOptions): Promise<ScreenReport> {
  const { traceSeconds, memorySeconds, hides } = options
  await page.pause(Math.min(WARM_MS, 1000 * memorySeconds))
  const { paintMs, blockingMs } = await page.vitals()
  const messagesBefore = page.bookMessages
  const frames = await page.traceFrames(1000 * traceSeconds)
  const rates = [page.bookMessages - messagesBefore, frames.length].map((count) => (count / traceSeconds).toFixed(0))
  const before = await page.memory()
  await page.pause(500 * memorySeconds)
  const middle = await page.memory()
  await page.pause(500 * memorySeconds)
  const after = await page.memory()
  const { shift } = await page.vitals()
  const rows = [
    { what: 'messages of the book, frames a second', value: rates.join(', ') },
    {
      what: 'script of a frame, processor time, p50, p95, max',
      value: [0.5, 0.95, 1].map((q) => ms(quantile(frames, q))).join(', '),
    },
    { what: 'largest contentful paint, total blocking time', value: `${ms(paintMs)}, ${ms(blockingMs)}` },
    {
      what: `growth of the heap in the first and the second half of ${memorySeconds} s, and of the document`,
      value: `${kib(middle.bytes - before.bytes)}, ${kib(after.bytes - middle.bytes)} of ${kib(before.bytes)}; ${after.nodes - before.nodes} nodes`,
    },
    { what: 'layout shift', value: String(shift) },
    { what: 'load of the machine', value: loadavg()[0].toFixed(1) },
  ]
  if (hides) rows.push({ what: 'script of a hidden page', value: `${(100 * (await hiddenShare(page))).toFixed(2)} %` })
  const figures = {
    framesPerSecond: frames.length / traceSeconds,
    scriptP95Ms: quantile(frames, 0.95),
    layoutShift: shift,
  }
  return { rows, figures }
}

/** The screen closes its feeds when it was hidden for five seconds. */
const CLOSED_AFTER_MS = 6_000
const HIDDEN_MS = 4_000

async function hiddenShare(page: ScreenPage): Promise<number> {
  await page.hide()
  await page.pause(CLOSED_AFTER_MS)
  const before = await page.scriptSeconds()
  await page.pause(HIDDEN_MS)
  return ((await page.scriptSeconds()) - before) / (HIDDEN_MS / 1000)
}
