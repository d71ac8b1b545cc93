/** Five hours of a real venue, if the file is present. */

import { expect, test } from 'vitest'
import { checkBook } from '../../src/engine/invariants.ts'
import { compare } from '../../src/replay/compare.ts'
import { replay } from '../../src/replay/replay.ts'
import { readVenueFile } from '../../src/replay/venue-file.ts'
import { titleOf } from '../skipped-title.ts'
import { memoryExchange } from './memory-exchange.ts'
import { NO_REAL_FEED, REAL_FEED } from './real-feed-file.ts'

test.skipIf(NO_REAL_FEED !== undefined)(
  titleOf('a real feed replays, ends uncrossed and agrees with its venue', NO_REAL_FEED),
  async () => {
    const rows = await readVenueFile(REAL_FEED)
    const exchange = memoryExchange()
    const summary = await replay(rows, exchange)
    checkBook(exchange.matcher.book)
    expect(summary).toMatchObject({
      events: 50_414,
      orders: 24_894,
      cancels: 24_338,
      cancelsTooLate: 205,
      trades: 557,
      quantity: '770.16009785',
      bestBid: '235.45',
      bestAsk: '235.71',
    })

    // Both sides have the same filled quantity, and no order is filled beyond its quantity.
    const filled = { BUY: 0, SELL: 0 }
    for (const order of exchange.records.values()) {
      expect(order.filled).toBeLessThanOrEqual(order.quantity)
      filled[order.side] += order.filled
    }
    expect(filled).toEqual({ BUY: 77_016_009_785, SELL: 77_016_009_785 })

    const comparison = await compare(rows, exchange.instrument, exchange.filledOf)
    expect(comparison).toMatchObject({ orders: 24_894, outside: 182, agree: 24_795, agreePercent: 99.6 })
  },
  60_000,
)
