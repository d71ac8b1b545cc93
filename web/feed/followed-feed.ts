/**
 * One place for a feed that changes with the symbol: the feed before is closed, and the listener hears of the present
 * one only.
 */

/** The part of a feed of the client that this needs. */
export interface AnyFeed<Change> {
  readonly isCurrent: boolean
  onChange(listener: (change: Change) => void): () => void
  close(): void
  ready(): Promise<unknown>
}

export class FollowedFeed<Change, F extends AnyFeed<Change>> {
  feed: F | undefined
  /** Why the exchange refused the subscription. */
  failure: unknown
  private readonly changed: (change: Change | undefined) => void
  private endListening: () => void = () => {}

  /** `changed` is called without a change when the exchange has refused the feed. */
  constructor(changed: (change: Change | undefined) => void) {
    this.changed = changed
  }

  /** Whether the state of the feed is that of the exchange. */
  get isCurrent(): boolean {
    return this.feed?.isCurrent === true
  }

  follow(feed: F | undefined): void {
    if (feed === this.feed) return
    this.endListening()
    this.feed?.close()
    this.feed = feed
    this.failure = undefined
    if (feed === undefined) return
    this.endListening = feed.onChange((change) => this.changed(change))
    feed.ready().catch((cause) => this.refused(feed, cause))
  }

  private refused(feed: F, cause: unknown): void {
    if (feed !== this.feed) return
    this.failure = cause
    this.changed(undefined)
  }
}
