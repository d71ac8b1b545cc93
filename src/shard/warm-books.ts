/**
 * The books that a process keeps between invocations. Any process may get any shard, so in time it has had the books of
 * all symbols. Those that were not used for longest are dropped before they fill its memory; they are loaded from the
 * cache when they are needed again.
 */

import type { HeldSymbol } from './symbol-recovery.ts'

/** A third of the 1,769 MB of a matcher. The rest is for a batch, bases, and books that are being replaced. */
const BYTES_MAX = 600_000_000
/** Measured: 1,000 books without orders have 80 KB each, and 100,000 open orders with their names 28 MB. */
const BYTES_PER_BOOK = 80_000
const BYTES_PER_ORDER = 300

export class WarmBooks {
  /** Those that were used last come last. */
  private readonly books = new Map<string, { readonly held: HeldSymbol; readonly bytes: number }>()
  private readonly bytesMax: number
  private bytes = 0

  constructor(bytesMax = BYTES_MAX) {
    this.bytesMax = bytesMax
  }

  /** Removes the book, so that no two batches share it. */
  take(symbol: string): HeldSymbol | undefined {
    const known = this.books.get(symbol)
    if (known === undefined) return undefined
    this.books.delete(symbol)
    this.bytes -= known.bytes
    return known.held
  }

  /** A book that is larger than the limit stays alone: loading it at each batch would cost more. */
  keep(symbol: string, held: HeldSymbol): void {
    this.take(symbol)
    const bytes = BYTES_PER_BOOK + held.replica.matcher.book.orders.count * BYTES_PER_ORDER
    this.books.set(symbol, { held, bytes })
    this.bytes += bytes
    for (const oldest of this.books.keys()) {
      if (this.bytes <= this.bytesMax || oldest === symbol) return
      this.take(oldest)
    }
  }

  symbols(): Iterable<string> {
    return this.books.keys()
  }
}
