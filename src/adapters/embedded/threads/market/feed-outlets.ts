/**
 * The threads that read the feed of events. The exchange writes the feed while at least one of them reads; without
 * readers an event costs nothing more.
 */

import type { FeedStart } from '../../../../ports/event-feed.ts'
import type { Position } from '../../../../ports/order-stream.ts'

export interface FeedOutlet {
  /**
   * Receives the events of the record at the position. `shared`: other outlets get the same batch, so its memory must
   * not be given away.
   */
  take(batch: Uint8Array<ArrayBuffer>, shared: boolean, position: Position): void
}

export interface FeedSource {
  startFeed(): FeedStart
  stopFeed(): void
}

export class FeedOutlets {
  private readonly source: FeedSource
  private readonly open = new Set<FeedOutlet>()

  constructor(source: FeedSource) {
    this.source = source
  }

  /** The batches after the returned start go to the outlet. */
  start(outlet: FeedOutlet): FeedStart {
    this.open.add(outlet)
    return this.source.startFeed()
  }

  stop(outlet: FeedOutlet): void {
    if (this.open.delete(outlet) && this.open.size === 0) this.source.stopFeed()
  }

  take(batch: Uint8Array<ArrayBuffer>, position: Position): void {
    const shared = this.open.size > 1
    for (const outlet of this.open) outlet.take(batch, shared, position)
  }
}
