/** The file of the real venue, which is not in the repository. EXCHANGE_REAL_FEED is its path. */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const REAL_FEED =
  process.env.EXCHANGE_REAL_FEED ??
  fileURLToPath(new URL('../../../shared/data/bitstamp-btcusd-2015-05-01.csv.xz', import.meta.url))

/** Why its tests are skipped; undefined if the file is present. */
export const NO_REAL_FEED = existsSync(REAL_FEED) ? undefined : 'the file of the venue is not here'
