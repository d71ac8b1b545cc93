/** One symbol's real matcher whose events leave it as batches of the feed, as a follower in another thread has them. */

import type { BookSides } from '../../src/marketdata/book-level.ts'
import type { DepthState } from '../../src/marketdata/depth-book.ts'
import { readDepth } from '../../src/matcher/read-depth.ts'
import type { DepthPart } from '../../src/ports/depth-reader.ts'
import type { Paced } from '../../src/ports/paced.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import type { EventCursor, EventFold } from '../../src/protocol/event/event-cursor.ts'
import { EventFeedReader } from '../../src/protocol/event/event-feed-reader.ts'
import { EventFeedWriter } from '../../src/protocol/event/event-feed-writer.ts'
import type { OrderRecord, TradeRecord } from '../../src/protocol/records.ts'
import type { Lots, Ticks } from '../../src/protocol/units.ts'
import { type Market, TEST_TERMS } from '../model/command-arbitrary.ts'
import { MatchedExchange } from '../model/matched-exchange.ts'
import type { ListedLevel } from '../model/tested-exchange.ts'

export class FedExchange implements EventFold {
  readonly exchange: MatchedExchange
  private readonly feed = new EventFeedWriter()

  constructor({ symbol, ordersMax, rules }: Market) {
    this.exchange = new MatchedExchange(symbol, ordersMax, rules, TEST_TERMS)
  }

  apply(command: Command, timestampMs: number): void {
    this.exchange.matched.matcher.apply(command, timestampMs, this)
  }

  take(event: EventCursor): void {
    this.exchange.matched.take(event)
    this.feed.take(event)
  }

  /** The events since the last call, as a batch. */
  takeBatch(): Uint8Array {
    return this.feed.flush() ?? new EventFeedWriter().batch()
  }

  get eventNumber(): number {
    return this.exchange.matched.matcher.eventNumber
  }

  /** The levels of the exchange's book, counted order by order. */
  levels(): BookSides {
    const { bids, asks } = this.exchange.book()
    return { bids: bids.map(levelOf), asks: asks.map(levelOf) }
  }

  /** What a market that joins now begins with. */
  state(): DepthState {
    const { eventNumber, exchange } = this
    const { timestampMs } = exchange.matched.matcher.book
    return { eventNumber, timestampMs, phase: exchange.book().phase, ...this.levels() }
  }

  /** Reads the levels in parts. */
  readDepth(onPart: (part: DepthPart) => void, levelsPerPart: number): Paced<DepthPart> {
    return readDepth(this.exchange.matched.matcher, onPart, levelsPerPart)
  }

  get trades(): readonly TradeRecord[] {
    return this.exchange.matched.trades
  }

  /** The records of open orders. */
  openOrders(): OrderRecord[] {
    const { matcher, orders } = this.exchange.matched
    return [...matcher.names.handles()].map((handle) => orders.of(matcher.symbol).record(handle))
  }
}

const levelOf = ({ price, total, orders }: ListedLevel) => ({
  price: price as Ticks,
  quantity: total as Lots,
  orders: orders.length,
})

/** Passes each event of a batch to a fold. */
export function foldBatch(batch: Uint8Array, fold: EventFold): void {
  for (const event = new EventFeedReader(batch); event.next(); ) fold.take(event)
}
