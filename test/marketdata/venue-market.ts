/** The market data of a venue's orders, matched at the times of the venue and followed through the feed. */

import type { TradeRecord } from '../../src/protocol/records.ts'
import { rowCommand } from '../../src/replay/row-command.ts'
import type { RowTable } from '../../src/replay/row-table.ts'
import { BTCUSD } from '../replay/memory-exchange.ts'
import { FedExchange, foldBatch } from './fed-exchange.ts'
import { CandleShelf } from './naive-market.ts'
import { SymbolMarket } from './symbol-market.ts'

export interface VenueMarket {
  readonly fed: FedExchange
  readonly market: SymbolMarket
  /** Every candle at its last change. */
  readonly shelf: CandleShelf
}

/**
 * Matches all rows. `onBatch` is called after each batch of `batchSize` commands with the trades so far and the time.
 */
export function venueMarket(
  rows: RowTable,
  batchSize: number,
  onBatch: (venue: VenueMarket, trades: readonly TradeRecord[], nowMs: number) => void,
): VenueMarket {
  const { symbol, text } = BTCUSD
  const fed = new FedExchange({ symbol, ordersMax: 2 ** 24, rules: 2 })
  fed.exchange.matched.matcher.instrument = text
  const venue = { fed, market: new SymbolMarket(symbol), shelf: new CandleShelf() }
  let commands = 0
  let nowMs = 0
  const endBatch = () => {
    foldBatch(fed.takeBatch(), venue.market)
    venue.market.settle()
    venue.shelf.put(venue.market.takeChange().candles)
    venue.market.ticker.advance(nowMs)
    onBatch(venue, fed.trades, nowMs)
  }
  for (const row of rows.inTimeOrder()) {
    const command = rowCommand(row, BTCUSD, 'venue')
    if (typeof command === 'string') continue
    nowMs = row.timestampMs
    fed.apply(command, nowMs)
    if (++commands % batchSize === 0) endBatch()
  }
  endBatch()
  return venue
}
