/**
 * Measures the memory of the core thread and decides whether there is room for further open orders. An open order
 * takes 180 to 4,300 bytes of arrays, depending on its distance from other orders, and 80 to 1,200 bytes of heap,
 * depending on its fields. So a number of orders says little, and memory is measured instead.
 *
 * Two bounds, and the use is the larger share of the two:
 *
 *   arrays   An array that is full is copied to a larger one while the old one stays. So the arrays may take half of
 *            the memory that is left after the heap and a reserve for the other threads. Arrays that never grow, such
 *            as the filter of ids, count once.
 *   heap     Objects that survived the last full garbage collection, against a part of V8's limit. V8 collects at
 *            the latest when half of the room above the last result is used, so the rest is enough until the next.
 */

import { totalmem } from 'node:os'
import { constants, PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Capacity } from '../../ports/capacity.ts'
import type { Trouble } from '../../ports/trouble.ts'
import { UNCOMMITTED_EVENT_BYTES, UNCOMMITTED_EVENTS_MAX } from '../../protocol/limits.ts'

const MB = 1024 * 1024
/** For the heaps of the other threads, the code, and pages that LMDB is about to write. */
const RESERVE_BYTES = 256 * MB
const RESERVE_SHARE = 0.25
/** The part of V8's limit that objects may use after a full garbage collection. */
const HEAP_SHARE = 0.7
/** The part of V8's limit for events that are not stored yet. */
const UNCOMMITTED_SHARE = 0.2
/** Memory is low above this use, and full at 1. It has room again below the third. */
const LOW = 0.75
const FULL = 1
const ROOM_AGAIN = 0.97

/** Orders between two measurements, besides those of the timer: at most 22 MB of arrays. */
const ORDERS_PER_SAMPLE = 5_000

export interface MemoryReadings {
  /** Objects that survived the last full garbage collection. */
  readonly liveHeapBytes: number
  readonly heapLimitBytes: number
  readonly arrayBytes: number
  /** The part of `arrayBytes` in arrays that never grow. */
  readonly fixedBytes: number
  /** What other threads have besides the reserve: a second copy of the books while the lake catches up. */
  readonly otherBytes: number
  /** The memory of the machine, or of the container if that is less. */
  readonly memoryBytes: number
}

/** What the thread reads of itself. */
export type OwnReadings = Omit<MemoryReadings, 'fixedBytes' | 'otherBytes'>

export type MemoryState = 'ok' | 'low' | 'full'

/** The used share of what open orders may take. */
export function memoryUse(readings: MemoryReadings): number {
  const { liveHeapBytes, heapLimitBytes, arrayBytes, fixedBytes, otherBytes, memoryBytes } = readings
  const reserve = Math.min(RESERVE_BYTES, memoryBytes * RESERVE_SHARE)
  const arrays = (liveHeapBytes + 2 * arrayBytes - fixedBytes + otherBytes) / (memoryBytes - reserve)
  const heap = liveHeapBytes / (heapLimitBytes * HEAP_SHARE)
  return Math.max(arrays, heap)
}

export class MemoryWatch implements Capacity {
  readonly accountOpenOrdersMax: number
  readonly uncommittedEventsMax: number
  use = 0
  private state: MemoryState = 'ok'
  private sinceMs = 0
  private fixedBytes = 0
  /** See {@link MemoryReadings}. The caller sets it. */
  otherBytes = 0
  private readonly read: () => OwnReadings
  private readonly onState: (state: MemoryState, readings: MemoryReadings & { readonly use: number }) => void
  private orders = 0

  constructor(
    accountOpenOrdersMax: number,
    onState: (state: MemoryState, readings: MemoryReadings & { readonly use: number }) => void,
    read: () => OwnReadings = memoryReader(),
  ) {
    this.accountOpenOrdersMax = accountOpenOrdersMax
    this.onState = onState
    this.read = read
    const heapForEvents = read().heapLimitBytes * UNCOMMITTED_SHARE
    this.uncommittedEventsMax = Math.min(UNCOMMITTED_EVENTS_MAX, Math.floor(heapForEvents / UNCOMMITTED_EVENT_BYTES))
  }

  /** Present while memory is low or full. */
  get trouble(): Trouble | undefined {
    const { state, sinceMs } = this
    if (state === 'ok') return undefined
    const share = Math.round(this.use * 100)
    return state === 'full'
      ? { cause: 'memory_full', sinceMs, detail: 'There is no memory for more open orders. New ones are refused.' }
      : { cause: 'memory_low', sinceMs, detail: `${share} % of the memory for open orders is used.` }
  }

  /** The caller calls this for each array that never grows, and with less than 0 bytes when it is free again. */
  noteFixed(bytes: number): void {
    this.fixedBytes += bytes
  }

  hasRoom(): boolean {
    if (++this.orders >= ORDERS_PER_SAMPLE) this.sample()
    return this.state !== 'full'
  }

  /** Measures. The caller also calls this at intervals, so that the state changes without orders too. */
  sample(): void {
    this.orders = 0
    const readings = { ...this.read(), fixedBytes: this.fixedBytes, otherBytes: this.otherBytes }
    this.use = memoryUse(readings)
    const isFull = this.use >= (this.state === 'full' ? ROOM_AGAIN : FULL)
    const state = isFull ? 'full' : this.use >= LOW ? 'low' : 'ok'
    if (state === this.state) return
    this.state = state
    this.sinceMs = Date.now()
    this.onState(state, { ...readings, use: this.use })
  }
}

/** Readings of this thread. */
function memoryReader(): () => OwnReadings {
  // Node has constrainedMemory since 19.6; it returns 0 or an absurd number if there is no limit.
  const limit = process.constrainedMemory?.() ?? 0
  const memoryBytes = limit > 0 && limit < totalmem() ? limit : totalmem()
  const { heap_size_limit: heapLimitBytes, used_heap_size } = getHeapStatistics()
  let liveHeapBytes = used_heap_size
  const observer = new PerformanceObserver((list) => {
    const entries = list.getEntries() as readonly { readonly detail?: { readonly kind?: number } }[]
    const isFull = entries.some(({ detail }) => detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR)
    if (isFull) liveHeapBytes = getHeapStatistics().used_heap_size
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => ({ liveHeapBytes, heapLimitBytes, arrayBytes: process.memoryUsage().arrayBuffers, memoryBytes })
}
