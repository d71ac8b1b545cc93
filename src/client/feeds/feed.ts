/**
 * A subscription: its present state, and its changes for callbacks and for `for await` loops. It outlives the
 * connection. While {@link Feed.isCurrent} is false its state is that of before, and the next snapshot replaces it.
 *
 * A feed that finds a gap in the messages, or state that differs from the exchange's, asks for a new snapshot. Other
 * feeds are not affected.
 */

import type { Chained } from '../messages.ts'
import { ChangeQueue, type QueueKind } from './change-queue.ts'

/** gap: messages are missing. checksum: the state differs from the exchange's. Both need a snapshot. */
export type Taken = 'applied' | 'old' | 'gap' | 'checksum'

/** What the client does for its feeds. */
export interface FeedSource {
  /** The last loop or user of the feed is gone. */
  closed(): void
}

export abstract class Feed<Change> implements AsyncIterable<Change> {
  /** Whether the state contains everything that the exchange has sent. */
  isCurrent = false
  private readonly kind: QueueKind
  private readonly source: FeedSource
  private readonly listeners = new Set<(change: Change) => void>()
  private readonly queues = new Set<ChangeQueue<Change>>()
  private readonly waiting = new Set<{ resolve: () => void; reject: (cause: Error) => void }>()
  private ended: { readonly cause: Error | undefined } | undefined

  constructor(kind: QueueKind, source: FeedSource) {
    this.kind = kind
    this.source = source
  }

  /** Calls `listener` after each change. Returns the function that ends it. */
  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Resolves when the feed is current. Rejects if the exchange refused the subscription, or the feed is closed. */
  async ready(): Promise<this> {
    if (this.ended !== undefined) throw this.ended.cause ?? new Error('the feed is closed')
    if (!this.isCurrent) {
      await new Promise<void>((resolve, reject) => {
        this.waiting.add({ resolve, reject })
      })
    }
    return this
  }

  /** The changes from now on. The loop ends when the feed is closed. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Change> {
    const queue = new ChangeQueue<Change>(this.kind, (ended) => this.queues.delete(ended))
    if (this.ended !== undefined) queue.end(this.ended.cause)
    else this.queues.add(queue)
    return queue
  }

  /** Ends the subscription, for all users of this feed. */
  close(): void {
    if (this.ended !== undefined) return
    this.fail(undefined)
    this.source.closed()
  }

  /** For the client: takes a message of the subscription. */
  take(message: Readonly<Record<string, unknown>>): Taken {
    const taken = this.apply(message)
    if (taken === 'applied') this.becomeCurrent()
    else if (taken !== 'old') this.isCurrent = false
    return taken
  }

  /** For the client: the connection was lost, so the next message has to be a snapshot. */
  lose(): void {
    this.isCurrent = false
  }

  /** For the client: no more messages will come. */
  fail(cause: Error | undefined): void {
    this.ended ??= { cause }
    this.isCurrent = false
    for (const queue of this.queues) queue.end(cause)
    for (const { reject } of this.waiting) reject(cause ?? new Error('the feed is closed'))
    this.queues.clear()
    this.waiting.clear()
    this.listeners.clear()
  }

  /** Changes the state, and calls {@link changed}. */
  protected abstract apply(message: Readonly<Record<string, unknown>>): Taken

  /** The state is complete before the first listener is called. */
  protected changed(change: Change): void {
    this.becomeCurrent()
    for (const queue of this.queues) queue.add(change)
    for (const listener of this.listeners) listener(change)
  }

  private becomeCurrent(): void {
    this.isCurrent = true
    for (const { resolve } of this.waiting) resolve()
    this.waiting.clear()
  }
}

/** Whether the next message of a subscription continues what it has (docs/reference/websocket.md#the-chain). */
export class Chain {
  /** The number of the last event that is included. */
  last = 0

  take(message: Chained, isCurrent: boolean): Taken {
    if (message.type === 'snapshot') {
      this.last = message.sequence
      return 'applied'
    }
    if (!isCurrent) return 'gap'
    if (message.to <= this.last) return 'old'
    if (message.from > this.last + 1) return 'gap'
    this.last = message.to
    return 'applied'
  }
}
