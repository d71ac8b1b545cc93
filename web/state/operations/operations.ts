/**
 * What the operations page shows: health, figures and books. They are read each 2 s while the page is visible and
 * somebody looks at it. Charts keep their lines while another page is shown.
 */

import { batch, effect, type ReadonlySignal, signal, untracked } from '@preact/signals'
import { ExchangeProblem } from '../../../src/client/errors.ts'
import { parseMetrics } from '../../feed/prometheus-text.ts'
import { instruments, instrumentsState } from '../market/instruments.ts'
import { get } from '../session/session.ts'
import { type BookAnswer, type BookHealth, bookHealth, LEVELS_READ } from './book-health.ts'
import { NO_SERIES, type Series, withPoint } from './chart-series.ts'
import { CHART_GROUPS } from './chart-table.ts'
import { type Health, healthOf } from './health.ts'
import type { Reading } from './metric-math.ts'

const READ_MS = 2_000
/** Rates and latencies are over this time, so that a few requests make a line and not points. */
const OVER_MS = 10_500
/** A venue of a thousand instruments is not read whole each 2 s. */
export const BOOKS_READ_MAX = 16

/** none: this exchange serves no metrics. */
export type MetricsState = 'loading' | 'live' | 'stale' | 'none'

const presentHealth = signal<Health | undefined>(undefined)
const presentState = signal<MetricsState>('loading')
const presentReading = signal<Reading | undefined>(undefined)
const presentSeries = signal<ReadonlyMap<string, Series>>(new Map())
const presentBooks = signal<readonly BookHealth[] | undefined>(undefined)
let watchers = 0
/** The readings of that time, the oldest first. */
let recent: readonly Reading[] = []

export const health: ReadonlySignal<Health | undefined> = presentHealth
export const metricsState: ReadonlySignal<MetricsState> = presentState
/** The newest metrics. */
export const reading: ReadonlySignal<Reading | undefined> = presentReading
/** By the title of the chart. */
export const series: ReadonlySignal<ReadonlyMap<string, Series>> = presentSeries
/** undefined: they are being read for the first time. */
export const books: ReadonlySignal<readonly BookHealth[] | undefined> = presentBooks
/** The time that the pointer is at, on every chart. */
export const pointedMs = signal<number | undefined>(undefined)

/** Reads until the returned function is called. */
export function watchOperations(): () => void {
  watchers++
  let timer: ReturnType<typeof setTimeout> | undefined
  let ended = false
  const look = async (): Promise<void> => {
    if (document.visibilityState === 'visible') await read()
    if (!ended) timer = setTimeout(look, READ_MS)
  }
  void look()
  const end = effect(() => {
    if (instrumentsState.value !== 'loading') untracked(() => void readBooks())
  })
  // Without a connection the instruments never come.
  const noBooks = setTimeout(() => (presentBooks.value ??= []), READ_MS)
  return () => {
    ended = true
    end()
    clearTimeout(noBooks)
    watchers--
    clearTimeout(timer)
  }
}

/** Reads the books at once, for example after a change of a phase. */
export async function readBooks(): Promise<void> {
  const open = [...instruments.peek().values()].filter(({ closed }) => !closed).slice(0, BOOKS_READ_MAX)
  if (open.length === 0) {
    if (instrumentsState.peek() !== 'loading') presentBooks.value = []
    return
  }
  try {
    presentBooks.value = await Promise.all(
      open.map(async (instrument) => {
        const path = `/book/${encodeURIComponent(instrument.symbol)}?depth=${LEVELS_READ}`
        return bookHealth((await get(path)) as BookAnswer, instrument)
      }),
    )
  } catch {
    // The health says what is wrong, and the next look reads them again.
    presentBooks.value ??= []
  }
}

async function read(): Promise<void> {
  const found = await readHealth()
  presentHealth.value = found
  if (found.status === 'unreachable') {
    if (presentState.peek() === 'live') presentState.value = 'stale'
    return
  }
  await Promise.all([readBooks(), found.servesMetrics ? readMetrics() : noMetrics()])
}

async function readHealth(): Promise<Health> {
  try {
    return healthOf(await get('/health'))
  } catch (cause) {
    if (cause instanceof ExchangeProblem && cause.status === 503) return healthOf(cause.problem)
    return healthOf(undefined)
  }
}

function noMetrics(): void {
  presentState.value = 'none'
}

async function readMetrics(): Promise<void> {
  let text: unknown
  try {
    text = await get('/metrics')
  } catch {
    if (presentState.peek() === 'live') presentState.value = 'stale'
    return
  }
  if (typeof text !== 'string' || watchers === 0) return
  const now: Reading = { atMs: Date.now(), metrics: parseMetrics(text) }
  const [before] = recent
  recent = [...recent, now].filter(({ atMs }) => now.atMs - atMs < OVER_MS)
  batch(() => {
    presentState.value = 'live'
    presentReading.value = now
    if (before !== undefined) presentSeries.value = withReading(presentSeries.peek(), now, before)
  })
}

function withReading(all: ReadonlyMap<string, Series>, now: Reading, before: Reading): ReadonlyMap<string, Series> {
  const next = new Map<string, Series>()
  for (const { title, values } of CHART_GROUPS.flatMap(({ charts }) => charts)) {
    next.set(title, withPoint(all.get(title) ?? NO_SERIES, now.atMs, values(now, before)))
  }
  return next
}
