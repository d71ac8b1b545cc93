/**
 * The order book at the end of each interval, computed from the rows of its orders. An order rests from its ACCEPTED or
 * AMENDED row with the quantity that this row says, less what it traded since, until it is filled or canceled. The
 * result is exact for orders whose ACCEPTED row is in the lake.
 */

import { sqlInterval } from '../interval-words.ts'
import { counted } from '../row-range.ts'
import type { Report, ReportOptions } from './report.ts'

const NOTE =
  'Not known: orders that were accepted before the first day that the lake keeps. All rows up to --to are read, also those before --from.'

/** `levels`: one row for each price level at each time, with `depth` 1 for the best. `times`: all times of each symbol. */
const levels = (options: ReportOptions): string => {
  const { from, ...until } = options
  const before = counted(until)
  const width = sqlInterval(options.interval)
  const since = from === undefined ? '' : `\n  WHERE time > TIMESTAMP '${from} 00:00:00'`
  return `steps AS (
  SELECT symbol, account, orderid, eventnumber, timestamp, side, price,
    CASE WHEN kind = 'CANCELED' THEN 0 ELSE remaining END AS becomes, 0 AS traded
  FROM exchange_data_lake.orders
  WHERE kind IN ('ACCEPTED', 'AMENDED', 'CANCELED') AND ${before}
  UNION ALL
  SELECT symbol, makeraccount, makerorderid, eventnumber, timestamp, NULL, NULL, NULL, quantity
  FROM exchange_data_lake.trades WHERE ${before}
  UNION ALL
  SELECT symbol, takeraccount, takerorderid, eventnumber, timestamp, NULL, NULL, NULL, quantity
  FROM exchange_data_lake.trades WHERE ${before}
),
-- The last row of the order that says how much is open, and when the next row of the order changes it.
states AS (
  SELECT *,
    COUNT(becomes) OVER earlier AS said,
    LEAD(timestamp) OVER (PARTITION BY symbol, account, orderid ORDER BY eventnumber) AS until
  FROM steps
  WINDOW earlier AS (PARTITION BY symbol, account, orderid ORDER BY eventnumber)
),
resting AS (
  SELECT symbol, timestamp, until,
    FIRST_VALUE(side) OVER since AS side,
    FIRST_VALUE(price) OVER since AS price,
    FIRST_VALUE(becomes) OVER since - SUM(traded) OVER since AS open
  FROM states
  WHERE said > 0
  WINDOW since AS (PARTITION BY symbol, account, orderid, said ORDER BY eventnumber)
),
times AS (
  SELECT symbol, UNNEST(RANGE(first + ${width}, last + ${width} + INTERVAL 1 MICROSECOND, ${width})) AS time
  FROM (
    SELECT symbol, time_bucket(${width}, MIN(timestamp)) AS first, time_bucket(${width}, MAX(timestamp)) AS last
    FROM steps
    GROUP BY symbol
  )
),
shown AS (
  FROM times${since}
),
levels AS (
  SELECT time, symbol, side, price, SUM(open) AS quantity,
    ROW_NUMBER() OVER (
      PARTITION BY time, symbol, side ORDER BY CASE WHEN side = 'BUY' THEN -price ELSE price END
    ) AS depth
  FROM shown JOIN resting USING (symbol)
  WHERE resting.timestamp < time AND (until IS NULL OR until >= time) AND open > 0 AND price IS NOT NULL
  GROUP BY time, symbol, side, price
)`
}

const best = (side: string, value: string) => `MAX(${value}) FILTER (side = '${side}' AND depth = 1)`

export const spread: Report = {
  name: 'spread',
  summary: 'best bid, best ask and spread at the end of each interval',
  takes: ['symbol', 'from', 'to', 'interval'],
  note: NOTE,
  sql: (options) => `WITH ${levels(options)}
SELECT
  time,
  symbol,
  ${best('BUY', 'quantity')} AS bid_quantity,
  ${best('BUY', 'price')} AS best_bid,
  ${best('SELL', 'price')} AS best_ask,
  ${best('SELL', 'quantity')} AS ask_quantity,
  best_ask - best_bid AS spread
FROM shown LEFT JOIN levels USING (time, symbol)
GROUP BY time, symbol
ORDER BY symbol, time;`,
}

const sum = (side: string, value: string) => `${value} FILTER (side = '${side}')`

export const depth: Report = {
  name: 'depth',
  summary: 'quantity on the best --top levels of each side at the end of each interval',
  takes: ['symbol', 'from', 'to', 'interval', 'top'],
  note: NOTE,
  sql: (options) => `WITH ${levels(options)}
SELECT
  time,
  symbol,
  ${sum('BUY', 'COUNT(*)')} AS bid_levels,
  COALESCE(${sum('BUY', 'SUM(quantity)')}, 0) AS bid_quantity,
  ${sum('BUY', 'MIN(price)')} AS lowest_bid,
  ${sum('SELL', 'MAX(price)')} AS highest_ask,
  COALESCE(${sum('SELL', 'SUM(quantity)')}, 0) AS ask_quantity,
  ${sum('SELL', 'COUNT(*)')} AS ask_levels
FROM shown LEFT JOIN (FROM levels WHERE depth <= ${options.top}) USING (time, symbol)
GROUP BY time, symbol
ORDER BY symbol, time;`,
}
