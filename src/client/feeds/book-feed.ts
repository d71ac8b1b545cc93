/** The best levels of a book. After each message it is compared with the exchange's by a checksum. */

import { BookFollower } from '../../marketdata/book-follower.ts'
import type { LevelText } from '../../marketdata/book-level.ts'
import type { TradingPhase } from '../../protocol/command/trading-phases.ts'
import type { BookMessage } from '../messages.ts'
import { Feed, type FeedSource, type Taken } from './feed.ts'

export class BookFeed extends Feed<BookFeed> {
  readonly symbol: string
  /** Levels of each side. */
  readonly depth: number
  phase: TradingPhase | undefined
  /** The time of the last event; null before the first. */
  timestamp: string | null = null
  private readonly follower: BookFollower

  constructor(symbol: string, depth: number, source: FeedSource) {
    super('latest', source)
    this.symbol = symbol
    this.depth = depth
    this.follower = new BookFollower(depth)
  }

  /** Levels `[price, quantity, orders]`, best first. */
  get bids(): readonly LevelText[] {
    return this.follower.bids
  }

  get asks(): readonly LevelText[] {
    return this.follower.asks
  }

  /** The number of the last event that the book contains. */
  get sequence(): number {
    return this.follower.sequence
  }

  override lose(): void {
    super.lose()
    this.follower.reset()
  }

  protected apply(message: Readonly<Record<string, unknown>>): Taken {
    const taken = this.follower.apply(message)
    if (taken !== 'applied') return taken
    const { phase, timestamp } = message as unknown as BookMessage
    this.phase = phase
    this.timestamp = timestamp
    this.changed(this)
    return taken
  }
}
