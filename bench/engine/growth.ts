/**
 * How the size of a book affects its cost: time per command and bytes per order, for a thousand to a million resting
 * orders. Also the bytes of an empty book, and the speed of writing and reading a snapshot.
 */

import { OrderBook } from '../../src/engine/order-book.ts'
import { restoreBook, snapshotBook } from '../../src/engine/snapshot.ts'
import { hashBook } from '../../src/engine/state-hash.ts'
import { median } from './compare.ts'
import { OurEngine } from './our-engine.ts'
import { steadyStream } from './steady-streams.ts'

export interface Growth {
  readonly resting: number
  readonly levels: number
  readonly nsPerCommand: number
  /** Bytes of the pool of orders, per order. */
  readonly bytesPerOrder: number
  /** Bytes of both ladders, per level. */
  readonly bytesPerLevel: number
}

export function measureGrowth(sizes: readonly number[], timed: number, rounds: number): Growth[] {
  return sizes.map((resting) => {
    const levels = Math.max(200, Math.round(resting / 10.64 / 2) * 2)
    const stream = steadyStream({ name: `${resting}`, resting, levels }, timed)
    const times: number[] = []
    let book = new OrderBook()
    // Round 0 warms up, and its book is referenced until the next is made, as in compare.ts.
    for (let round = 0; round <= rounds; round++) {
      const engine = new OurEngine(stream, () => {})
      engine.run(0, stream.prefill)
      const start = process.hrtime.bigint()
      engine.run(stream.prefill, stream.count)
      if (round > 0) times.push(Number(process.hrtime.bigint() - start) / timed)
      book = engine.book
    }
    const levelCount = book.bids.levelCount + book.asks.levelCount
    return {
      resting: book.orders.count,
      levels: levelCount,
      nsPerCommand: Math.round(median(times.sort((a, b) => a - b)) * 10) / 10,
      bytesPerOrder: Math.round(book.orders.bytes / book.orders.count),
      bytesPerLevel: Math.round((book.bids.bytes + book.asks.bytes) / levelCount),
    }
  })
}

export interface SnapshotSpeed {
  readonly orders: number
  readonly bytes: number
  readonly ordersWrittenPerSecond: number
  readonly ordersRestoredPerSecond: number
}

/** Writes and restores a book of `orders` orders. Throws if the restored book differs. */
export function measureSnapshot(orders: number): SnapshotSpeed {
  const stream = steadyStream({ name: 'snapshot', resting: orders, levels: Math.max(2, Math.round(orders / 10)) }, 0)
  const engine = new OurEngine(stream, () => {})
  engine.run(0, stream.prefill)
  const { book } = engine
  let written = 0
  let restored = 0
  let bytes = new Uint8Array()
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    bytes = new Uint8Array(snapshotBook(book))
    const middle = performance.now()
    const copy = restoreBook(bytes)
    const end = performance.now()
    written = Math.max(written, (orders * 1_000) / (middle - start))
    restored = Math.max(restored, (orders * 1_000) / (end - middle))
    if (hashBook(copy) !== hashBook(book)) throw new Error('the restored book differs')
  }
  return {
    orders,
    bytes: bytes.byteLength,
    ordersWrittenPerSecond: Math.round(written),
    ordersRestoredPerSecond: Math.round(restored),
  }
}

/** Bytes that each of a thousand empty books takes, buffers and objects. */
export function bytesPerEmptyBook(): number {
  const BOOKS = 1_000
  const taken = (): number => {
    for (let i = 0; i < 3; i++) globalThis.gc?.()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  // The first run is not measured, because the first books also load their code.
  taken()
  new OrderBook()
  const before = taken()
  const books = Array.from({ length: BOOKS }, () => new OrderBook())
  const bytes = (taken() - before) / BOOKS
  // The books must outlive the measurement.
  return books.length === BOOKS ? Math.round(bytes) : 0
}
