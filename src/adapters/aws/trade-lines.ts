/**
 * Trades as lines of the trade stream: the rows of the lake's table `trades` (lake/lake-columns.ts) as JSON, with exact
 * decimal text. A line has the id of the request that caused the trade, so that the request can be traced.
 */

import { LakeFold } from '../../lake/lake-fold.ts'
import { jsonLines } from '../../lake/lake-json.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import type { Instrument } from '../../protocol/instrument/instrument.ts'

/**
 * One line for each trade in a batch of the feed, in order. Each list has the trades of one UTC day, because a record
 * of the stream has one folder in the lake. Throws UnknownVersion or NotAFeed.
 */
export function tradeLines(batch: Uint8Array, instrument: Instrument): string[][] {
  const fold = new LakeFold([instrument])
  const event = new EventFeedReader(batch)
  while (event.next()) if (event.kind === 'TradeExecuted') fold.take(event)
  return fold.flush().map(jsonLines)
}
