/** The rejection of a read of candles or tickers on an exchange that has none. */

import type { ProblemCode } from '../../api/problems.ts'
import { Rejection } from '../../protocol/rejection.ts'

export const noMarketReader = (): Rejection<ProblemCode> =>
  new Rejection('not_offered', 'This exchange has no candles and tickers. Trades are in GET /trades.')
