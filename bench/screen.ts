/**
 * `npm run bench -- screen`: the trading screen in Chromium beside a running exchange, while one book changes 200 times a
 * second: script of a frame, first paint, blocking time, growth of memory, layout shift, and the work of a hidden page.
 */

import { loadavg } from 'node:os'
import { startExchange } from './http/servers.ts'
import { BookLoad } from './screen/book-load.ts'
import { ScreenPage } from './screen/screen-page.ts'

export interface ScreenBenchOptions {
  /** Changes of the book a second. */
  readonly updates: number
  /** How long frames are traced, and how long memory is watched. */
  readonly traceSeconds: number
  readonly memorySeconds: number
}

export interface ScreenRow {
  readonly what: string
  readonly value: string
}

/** Lists of trades and candles are full then. */
const WARM_MS = 20_000

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0
const ms = (value: number): string => `${value.toFixed(2)} ms`
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KiB`

export async function benchScreen(options: ScreenBenchOptions): Promise<ScreenRow[]> {
  const exchange = await startExchange()
  const load = new BookLoad(exchange.port)
  try {
    await load.start(options.updates)
    const page = await ScreenPage.open(`http://127.0.0.1:${exchange.port}/`)
    try {
      return [...(await measure(page, load, options)), { what: 'load of the machine', value: loadavg()[0].toFixed(1) }]
    } finally {
      await page.close()
    }
  } finally {
    load.stop()
    await exchange.stop()
  }
}

async function measure(page: ScreenPage, load: BookLoad, options: ScreenBenchOptions): Promise<ScreenRow[]> {
  const { traceSeconds, memorySeconds } = options
  await page.pause(Math.min(WARM_MS, 1000 * memorySeconds))
  const { paintMs, blockingMs } = await page.vitals()
  const [sentBefore, messagesBefore] = [load.sent, page.bookMessages]
  const frames = await page.traceFrames(1000 * traceSeconds)
  const rates = [load.sent - sentBefore, page.bookMessages - messagesBefore, frames.length].map((count) =>
    (count / traceSeconds).toFixed(0),
  )
  const before = await page.memory()
  await page.pause(1000 * memorySeconds)
  const after = await page.memory()
  const { shift } = await page.vitals()
  const hidden = await hiddenShare(page)
  return [
    { what: 'commands, messages of the book, frames a second', value: rates.join(', ') },
    {
      what: 'script of a frame, processor time, p50, p95, max',
      value: [0.5, 0.95, 1].map((q) => ms(quantile(frames, q))).join(', '),
    },
    { what: 'largest contentful paint, total blocking time', value: `${ms(paintMs)}, ${ms(blockingMs)}` },
    {
      what: `growth of the heap and of the document in ${memorySeconds} s`,
      value: `${kib(after.bytes - before.bytes)} of ${kib(before.bytes)}, ${after.nodes - before.nodes} nodes`,
    },
    { what: 'layout shift', value: String(shift) },
    { what: 'script of a hidden page', value: `${(100 * hidden).toFixed(2)} % of the time` },
  ]
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
