/** The named reports, in the order of `query --help`. */

import { depth, spread } from './book-reports.ts'
import { fillRatio, orderToTrade, quickCancels } from './order-reports.ts'
import type { Report } from './report.ts'
import { candles, dailyVolume, largestTrades, topAccounts } from './trade-reports.ts'

export const REPORTS: readonly Report[] = [
  dailyVolume,
  candles,
  spread,
  depth,
  fillRatio,
  topAccounts,
  orderToTrade,
  quickCancels,
  largestTrades,
]
