/** Candles, ticker and depth of five hours of a real venue equal a naive computation from all trades. */

import { expect, test } from 'vitest'
import { readVenueFile } from '../../src/replay/venue-file.ts'
import { NO_REAL_FEED, REAL_FEED } from '../replay/real-feed-file.ts'
import { titleOf } from '../skipped-title.ts'
import { expectNaiveMarket } from './naive-venue.ts'

test.skipIf(NO_REAL_FEED !== undefined)(
  titleOf('the market data of a real feed equals a naive computation', NO_REAL_FEED),
  async () => {
    const rows = await readVenueFile(REAL_FEED)
    expect(expectNaiveMarket(rows, 200)).toBe(557)
  },
)
