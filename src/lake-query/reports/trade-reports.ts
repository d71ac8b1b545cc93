/** Reports of the trades alone. */

import { sqlInterval } from '../interval-words.ts'
import { counted } from '../row-range.ts'
import type { Report } from './report.ts'

export const dailyVolume: Report = {
  name: 'daily-volume',
  summary: 'trades, quantity, turnover and average price of each day and symbol',
  takes: ['symbol', 'from', 'to'],
  sql: (options) => `SELECT
  CAST(timestamp AS DATE) AS day,
  symbol,
  COUNT(*) AS trade_count,
  SUM(quantity) AS total_quantity,
  turnover(price, quantity) AS turnover,
  SUM(CAST(price AS DOUBLE) * CAST(quantity AS DOUBLE)) / CAST(SUM(quantity) AS DOUBLE) AS average_price
FROM exchange_data_lake.trades
WHERE ${counted(options)}
GROUP BY ALL
ORDER BY day, symbol;`,
}

export const candles: Report = {
  name: 'candles',
  summary: 'open, high, low, close and volume of each interval with trades',
  takes: ['symbol', 'from', 'to', 'interval'],
  sql: (options) => `SELECT
  time_bucket(${sqlInterval(options.interval)}, timestamp) AS time,
  symbol,
  arg_min(price, tradenumber) AS open,
  MAX(price) AS high,
  MIN(price) AS low,
  arg_max(price, tradenumber) AS close,
  SUM(quantity) AS volume,
  COUNT(*) AS trade_count
FROM exchange_data_lake.trades
WHERE ${counted(options)}
GROUP BY ALL
ORDER BY symbol, time;`,
}

export const largestTrades: Report = {
  name: 'largest-trades',
  summary: 'the trades with the largest turnover of each symbol',
  takes: ['symbol', 'from', 'to', 'top'],
  sql: (options) => `SELECT
  symbol,
  tradeid,
  timestamp,
  price,
  quantity,
  notional(price, quantity) AS turnover,
  takerside,
  makeraccount,
  takeraccount
FROM exchange_data_lake.trades
WHERE ${counted(options)}
QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY turnover DESC NULLS FIRST, tradenumber) <= ${options.top}
ORDER BY symbol, turnover DESC NULLS FIRST, tradenumber;`,
}

export const topAccounts: Report = {
  name: 'top-accounts',
  summary: 'the accounts with the largest turnover of each symbol, and how much of it they made',
  takes: ['symbol', 'from', 'to', 'top'],
  note: 'A trade counts for both of its accounts, and twice for an account that traded with itself.',
  sql: (options) => `WITH sides AS (
  SELECT symbol, makeraccount AS account, price, quantity, true AS made FROM exchange_data_lake.trades WHERE ${counted(options)}
  UNION ALL
  SELECT symbol, takeraccount, price, quantity, false FROM exchange_data_lake.trades WHERE ${counted(options)}
)
SELECT
  symbol,
  account,
  COUNT(*) AS trade_count,
  SUM(quantity) AS total_quantity,
  turnover(price, quantity) AS turnover,
  COUNT(*) FILTER (made) AS trades_made,
  COUNT(*) FILTER (NOT made) AS trades_taken
FROM sides
GROUP BY symbol, account
QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY turnover DESC NULLS FIRST, account) <= ${options.top}
ORDER BY symbol, turnover DESC NULLS FIRST, account;`,
}
