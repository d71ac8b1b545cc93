/**
 * The unpublished events of one symbol, in the order in which they were taken. Trades are copies until somebody asks
 * for the bytes, because a publication needs the bytes and matching does not. Other events become bytes at once.
 */

import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import { EventFeedWriter } from '../protocol/event/event-feed-writer.ts'
import { TradeColumns } from '../protocol/event/trade-columns.ts'

export class SymbolFeed implements EventFold {
  private readonly writer = new EventFeedWriter()
  /** The trades after the last event of `writer`. */
  private readonly trades: TradeColumns

  constructor(symbol: string) {
    this.trades = new TradeColumns(symbol)
  }

  /** Number of events gathered. */
  get count(): number {
    return this.writer.count + this.trades.count
  }

  take(event: EventCursor): void {
    if (event.kind === 'TradeExecuted' && this.trades.add(event)) return
    this.trades.drain(this.writer)
    this.writer.take(event)
  }

  /** The events as a batch (feed-format.ts), which are kept. */
  batch(): Uint8Array<ArrayBuffer> {
    this.trades.drain(this.writer)
    return this.writer.batch()
  }

  clear(): void {
    this.trades.clear()
    this.writer.clear()
  }
}
