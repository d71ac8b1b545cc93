/** Candles, ticker and depth of the sample feed equal a naive computation from all its trades. */

import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readVenueFile } from '../../src/replay/venue-file.ts'
import { expectNaiveMarket } from './naive-venue.ts'

test('the market data of the sample equals a naive computation', async () => {
  const rows = await readVenueFile(fileURLToPath(new URL('../../samples/btcusd-sample.csv', import.meta.url)))
  expect(rows.length).toBe(2_000)
  for (const batchSize of [3, 500]) expect(expectNaiveMarket(rows, batchSize)).toBe(189)
})
