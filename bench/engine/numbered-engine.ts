/**
 * This engine for streams whose cancels and amendments may concern closed orders: the book with its index of numbers,
 * and events read in batches.
 */

import { NumberedBook } from '../../src/engine/numbered-book.ts'
import { IMMEDIATE_OR_CANCEL } from '../../src/protocol/order/order-options.ts'
import { AMEND, CANCEL, COMMAND_WORDS, type CommandStream, LIMIT_IOC } from './command-stream.ts'
import type { Sink } from './our-engine.ts'

const BATCH = 256

export class NumberedEngine {
  readonly numbered = new NumberedBook()
  private readonly stream: CommandStream
  private readonly sink: Sink

  constructor(stream: CommandStream, sink: Sink) {
    this.stream = stream
    this.sink = sink
  }

  /** Applies the commands `from` … `to` − 1. */
  run(from: number, to: number): void {
    const { events } = this.numbered.book
    for (let start = from; start < to; start += BATCH) {
      this.runBatch(start, Math.min(to, start + BATCH))
      this.sink(events)
      events.clear()
    }
  }

  private runBatch(from: number, to: number): void {
    const { numbered } = this
    const { book } = numbered
    const { words } = this.stream
    for (let i = from; i < to; i++) {
      const at = i * COMMAND_WORDS
      const head = words[at]
      const kind = head & 0xff
      book.begin(i, 1_700_000_000_000 + (i >>> 10))
      if (kind === CANCEL) numbered.cancel(words[at + 3], 0)
      else if (kind === AMEND) numbered.replace(words[at + 1], words[at + 2], words[at + 3], 0)
      else {
        const options = kind === LIMIT_IOC ? IMMEDIATE_OR_CANCEL : 0
        numbered.place(options | (head >>> 8), words[at + 1], words[at + 2], 1, words[at + 3], 0)
      }
    }
  }
}
