/** The intervals of reports: those of the exchange's candles, as intervals of SQL. */

import { INTERVALS, type Interval } from '../protocol/candle-interval.ts'

export { INTERVALS, type Interval }

const UNITS: Readonly<Record<string, string>> = { s: 'SECOND', m: 'MINUTE', h: 'HOUR', d: 'DAY' }

/** `INTERVAL 15 MINUTE` of `15m`. */
export const sqlInterval = (interval: Interval): string =>
  `INTERVAL ${interval.slice(0, -1)} ${UNITS[interval.slice(-1)]}`
