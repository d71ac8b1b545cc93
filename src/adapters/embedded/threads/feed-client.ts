/**
 * The edge's side of the feed of events. The core answers each request for the feed with a start, in the order of
 * the requests. A reader begins with its start, because it must not get batches from before it.
 */

import type { EventFeed, FeedReader, FeedStart } from '../../../ports/event-feed.ts'
import type { OperationalFailure } from '../../../protocol/failure.ts'

interface Beginning {
  begin(start: FeedStart): void
  reject(cause: OperationalFailure): void
}

export class FeedClient implements EventFeed {
  private readonly turn: (on: boolean) => void
  /** Readers whose start has not arrived, in the order of their requests. */
  private beginning: Beginning[] = []
  private readonly reading = new Set<Pick<FeedReader, 'take'>>()
  private gone: OperationalFailure | undefined

  /** `turn` asks the core to turn the feed on and to send a start, or to turn it off. */
  constructor(turn: (on: boolean) => void) {
    this.turn = turn
  }

  read(reader: FeedReader): Promise<() => void> {
    const own = { take: (batch: Uint8Array) => reader.take(batch) }
    const stop = () => {
      const last = this.reading.delete(own) && this.reading.size === 0 && this.beginning.length === 0
      if (last && this.gone === undefined) this.turn(false)
    }
    return new Promise((resolve, reject) => {
      if (this.gone !== undefined) return reject(this.gone)
      const begin = (start: FeedStart) => {
        this.reading.add(own)
        reader.start(start)
        resolve(stop)
      }
      this.beginning.push({ begin, reject })
      this.turn(true)
    })
  }

  /** The next start of the core. */
  start(start: FeedStart): void {
    this.beginning.shift()?.begin(start)
  }

  take(batch: Uint8Array): void {
    for (const reader of this.reading) reader.take(batch)
  }

  abandon(failure: OperationalFailure): void {
    this.gone = failure
    for (const { reject } of this.beginning) reject(failure)
    this.beginning = []
  }
}
