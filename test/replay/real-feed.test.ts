/** Five hours of a real venue, if the file is present. EXCHANGE_REAL_FEED is its path. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkBook } from '../../src/engine/invariants.ts'
import { compare } from '../../src/replay/compare.ts'
import { replay } from '../../src/replay/replay.ts'
import { readVenueFile } from '../../src/replay/venue-file.ts'
import { memoryExchange } from './memory-exchange.ts'

const FILE =
  process.env.EXCHANGE_REAL_FEED ??
  fileURLToPath(new URL('../../../shared/data/bitstamp-btcusd-2015-05-01.csv.xz', import.meta.url))

test.runIf(existsSync(FILE))(
  'a real feed replays, ends uncrossed and agrees with its venue',
  async () => {
    const rows = await readVenueFile(FILE)
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
