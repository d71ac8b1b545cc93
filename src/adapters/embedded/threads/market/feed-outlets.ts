/**
 * The threads that read the feed of events, for live market data. The exchange writes the feed while at least one of them reads; without
 * readers an event costs nothing more.
 */

import type { FeedStart } from '../../../../ports/event-feed.ts'

export interface FeedOutlet {
  /**
   * Receives the events of a record. `shared`: other outlets get the same batch, so its memory must not be given away.
   */
  take(batch: Uint8Array<ArrayBuffer>, shared: boolean): void
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

  take(batch: Uint8Array<ArrayBuffer>): void {
    const shared = this.open.size > 1
    for (const outlet of this.open) outlet.take(batch, shared)
  }
}
