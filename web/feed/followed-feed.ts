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
  private isWaiting = false
  private wasCurrent = false

  /**
   * `changed` is called without a change when the feed has become current, and when the exchange has refused it. A
   * snapshot that has nothing new is no change: a symbol without trades, or one that was quiet while the connection
   * was lost.
   */
  constructor(changed: (change: Change | undefined) => void) {
    this.changed = changed
  }

  /** Whether the state of the feed is that of the exchange. */
  get isCurrent(): boolean {
    return this.feed?.isCurrent === true
  }

  /** Whether it has become current, or stopped being so, since the last call. */
  get hasTurned(): boolean {
    const turned = this.isCurrent !== this.wasCurrent
    this.wasCurrent = this.isCurrent
    return turned
  }

  follow(feed: F | undefined): void {
    if (feed === this.feed) return
    this.endListening()
    this.feed?.close()
    this.feed = feed
    this.failure = undefined
    this.isWaiting = false
    if (feed === undefined) return
    this.endListening = feed.onChange((change) => this.changed(change))
    this.awaitCurrent()
  }

  /** Tells when the feed is current. */
  awaitCurrent(): void {
    const { feed } = this
    if (feed === undefined || this.isWaiting) return
    this.isWaiting = true
    feed.ready().then(
      () => this.settled(feed, undefined),
      (cause) => this.settled(feed, cause),
    )
  }

  private settled(feed: F, failure: unknown): void {
    if (feed !== this.feed) return
    this.isWaiting = false
    this.failure = failure
    this.changed(undefined)
  }
}
