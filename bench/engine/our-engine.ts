/**
 * This engine on a command stream, with the loop of a program that embeds it: an array from order number to handle, and
 * events read in batches.
 */

import type { EventBuffer } from '../../src/engine/event-buffer.ts'
import { OrderBook } from '../../src/engine/order-book.ts'
import { paysToReadAhead, readAhead } from '../../src/engine/read-ahead.ts'
import { IMMEDIATE_OR_CANCEL, MARKET } from '../../src/protocol/order/order-options.ts'
import { CANCEL, COMMAND_WORDS, type CommandStream, LIMIT, LIMIT_IOC, MARKET_ORDER } from './command-stream.ts'

/** Commands per batch of events. */
const BATCH = 256

/** Receives each batch of events before the buffer is cleared. */
export type Sink = (events: EventBuffer) => void

const OPTIONS: Record<number, number> = { [LIMIT]: 0, [MARKET_ORDER]: MARKET, [LIMIT_IOC]: IMMEDIATE_OR_CANCEL }
const OPTIONS_OF = Int32Array.from({ length: 5 }, (_, kind) => OPTIONS[kind] ?? 0)

/** Applies commands whose cancels concern open orders only. */
export class OurEngine {
  readonly book: OrderBook
  private readonly handles: Int32Array
  private readonly ahead = new Int32Array(BATCH)
  private readonly stream: CommandStream
  private readonly sink: Sink

  constructor(stream: CommandStream, sink: Sink, book = new OrderBook()) {
    this.stream = stream
    this.sink = sink
    this.book = book
    this.handles = new Int32Array(stream.orders + 1)
  }

  /** Applies the commands `from` … `to` − 1. */
  run(from: number, to: number): void {
    for (let start = from; start < to; start += BATCH) {
      const end = Math.min(to, start + BATCH)
      if (paysToReadAhead(this.book)) this.readAhead(start, end)
      this.runBatch(start, end)
      this.sink(this.book.events)
      this.book.events.clear()
    }
  }

  /** Reads ahead the orders of a batch's cancels. */
  private readAhead(from: number, to: number): void {
    const { handles, ahead } = this
    const { words } = this.stream
    let count = 0
    for (let at = from * COMMAND_WORDS; at < to * COMMAND_WORDS; at += COMMAND_WORDS) {
      if ((words[at] & 0xff) === CANCEL) ahead[count++] = handles[words[at + 3]]
    }
    readAhead(this.book, ahead, count)
  }

  private runBatch(from: number, to: number): void {
    const { book, handles } = this
    const { words } = this.stream
    for (let i = from; i < to; i++) {
      const at = i * COMMAND_WORDS
      const head = words[at]
      const number = words[at + 3]
      book.begin(i, 1_700_000_000_000 + (i >>> 10))
      if ((head & 0xff) === CANCEL) book.cancel(handles[number])
      else handles[number] = book.place(OPTIONS_OF[head & 0xff] | (head >>> 8), words[at + 1], words[at + 2], 1, 0)
    }
  }
}
