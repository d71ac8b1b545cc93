/**
 * Measures one thread: the delay of its event loop, its busy time, its garbage collections and its memory. The delay is
 * how late a timer of 10 ms fires: what the thread does in one turn is what every message to it waits for. Costs a
 * hundred short turns a second.
 */

import { constants, PerformanceObserver, performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { Distribution, type DistributionCounts, DURATIONS } from './distribution.ts'
import { RecentMaximum } from './recent-maximum.ts'

const RESOLUTION_MS = 10

/** The kinds of garbage collection, as Node names them. */
export const GC_KINDS = ['minor', 'major', 'incremental', 'weakcb'] as const
const KIND_PLACES = new Map<number | undefined, number>([
  [constants.NODE_PERFORMANCE_GC_MINOR, 0],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 1],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 2],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 3],
])

/** An entry of Node's observer. */
interface Collection {
  readonly duration: number
  readonly detail?: { readonly kind?: number }
}

export interface ThreadMeasurements {
  readonly delay: DistributionCounts
  /** The longest delay of the last minute. */
  readonly delayMaxSeconds: number
  /** Time since the start in which the event loop did not wait. */
  readonly busySeconds: number
  /** By {@link GC_KINDS}. */
  readonly collections: readonly DistributionCounts[]
  readonly heapUsedBytes: number
  readonly heapLimitBytes: number
  /** Bytes of typed arrays and buffers, which are not in the heap. */
  readonly arrayBytes: number
}

export class ThreadMeter {
  private readonly delay = new Distribution(DURATIONS)
  private readonly collections = GC_KINDS.map(() => new Distribution(DURATIONS))
  private dueMs = performance.now() + RESOLUTION_MS
  private readonly delayMaxMs = new RecentMaximum()

  /** Begins to measure the thread that calls it. It does not keep the thread alive. */
  constructor() {
    setInterval(() => this.note(performance.now()), RESOLUTION_MS).unref()
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as readonly Collection[]) this.noteCollection(entry)
    }).observe({ entryTypes: ['gc'] })
  }

  measurements(): ThreadMeasurements {
    const { used_heap_size, heap_size_limit } = getHeapStatistics()
    return {
      delay: this.delay.counts(),
      delayMaxSeconds: this.delayMaxMs.at(performance.now()) / 1_000,
      busySeconds: performance.eventLoopUtilization().active / 1_000,
      collections: this.collections.map((each) => each.counts()),
      heapUsedBytes: used_heap_size,
      heapLimitBytes: heap_size_limit,
      arrayBytes: process.memoryUsage().arrayBuffers,
    }
  }

  private note(nowMs: number): void {
    const lateMs = Math.max(0, nowMs - this.dueMs)
    this.dueMs = nowMs + RESOLUTION_MS
    this.delayMaxMs.note(lateMs, nowMs)
    this.delay.observe(lateMs / 1_000)
  }

  private noteCollection({ duration, detail }: Collection): void {
    // A kind that a later Node adds counts as a major one: the longest.
    this.collections[KIND_PLACES.get(detail?.kind) ?? 1].observe(duration / 1_000)
  }
}
