/** Reports of orders and what became of them. */

import { counted, type RowRange } from '../row-range.ts'
import type { Report } from './report.ts'

/** What each order has filled, as maker and as taker. Trades before the first day cannot belong to a counted order. */
const filledOrders = ({ symbol, from }: RowRange) => {
  const since = counted({ symbol, from })
  return `filled AS (
  SELECT symbol, account, orderid, SUM(quantity) AS quantity, COUNT(*) AS trade_count
  FROM (
    SELECT symbol, makeraccount AS account, makerorderid AS orderid, quantity
    FROM exchange_data_lake.trades WHERE ${since}
    UNION ALL
    SELECT symbol, takeraccount, takerorderid, quantity
    FROM exchange_data_lake.trades WHERE ${since}
  )
  GROUP BY ALL
)`
}

export const fillRatio: Report = {
  name: 'fill-ratio',
  summary: 'how many of the accepted orders, and how much of their quantity, traded',
  takes: ['symbol', 'from', 'to'],
  note: 'Orders count by the day on which they were accepted, their quantity as it was then, and all their trades since.',
  sql: (options) => `WITH placed AS (
  SELECT symbol, account, orderid, type, timeinforce, quantity
  FROM exchange_data_lake.orders
  WHERE kind = 'ACCEPTED' AND ${counted(options)}
),
${filledOrders(options)}
SELECT
  placed.symbol,
  placed.type,
  placed.timeinforce,
  COUNT(*) AS orders,
  COUNT(filled.quantity) AS orders_traded,
  COUNT(*) FILTER (filled.quantity >= placed.quantity) AS orders_filled,
  ROUND(COUNT(filled.quantity) / COUNT(*), 4) AS traded_ratio,
  SUM(placed.quantity) AS ordered_quantity,
  COALESCE(SUM(filled.quantity), 0) AS filled_quantity,
  ROUND(CAST(filled_quantity AS DOUBLE) / CAST(ordered_quantity AS DOUBLE), 4) AS fill_ratio
FROM placed LEFT JOIN filled USING (symbol, account, orderid)
GROUP BY ALL
ORDER BY ALL;`,
}

export const orderToTrade: Report = {
  name: 'order-to-trade',
  summary: 'messages of each account for each of its trades: new orders, amendments, cancels',
  takes: ['symbol', 'from', 'to', 'top'],
  note: 'Rejected messages count. Cancels by the exchange (expired, immediate_or_cancel …) do not count.',
  sql: (options) => `WITH messages AS (
  SELECT
    symbol,
    account,
    COUNT(*) FILTER (kind IN ('ACCEPTED', 'REJECTED')) AS orders,
    COUNT(*) FILTER (kind IN ('AMENDED', 'AMEND_REJECTED')) AS amendments,
    COUNT(*) FILTER (kind = 'CANCEL_REJECTED' OR (kind = 'CANCELED' AND reason IN ('requested', 'cancel_all'))) AS cancels
  FROM exchange_data_lake.orders
  WHERE ${counted(options)}
  GROUP BY ALL
),
traded AS (
  SELECT symbol, account, COUNT(*) AS trade_count
  FROM (
    SELECT symbol, makeraccount AS account FROM exchange_data_lake.trades WHERE ${counted(options)}
    UNION ALL
    SELECT symbol, takeraccount FROM exchange_data_lake.trades WHERE ${counted(options)}
  )
  GROUP BY ALL
)
SELECT
  symbol,
  account,
  COALESCE(orders, 0) AS orders,
  COALESCE(amendments, 0) AS amendments,
  COALESCE(cancels, 0) AS cancels,
  COALESCE(trade_count, 0) AS trade_count,
  ROUND((COALESCE(orders, 0) + COALESCE(amendments, 0) + COALESCE(cancels, 0)) / NULLIF(trade_count, 0), 2) AS order_to_trade
FROM messages FULL JOIN traded USING (symbol, account)
QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY order_to_trade DESC NULLS FIRST, orders DESC, account) <= ${options.top}
ORDER BY symbol, order_to_trade DESC NULLS FIRST, orders DESC, account;`,
}

export const quickCancels: Report = {
  name: 'quick-cancels',
  summary: 'orders that their account canceled within a second',
  takes: ['symbol', 'from', 'to', 'top'],
  note: 'Times are those at which commands entered the order stream.',
  sql: (options) => `WITH placed AS (
  SELECT symbol, account, orderid, timestamp
  FROM exchange_data_lake.orders
  WHERE kind = 'ACCEPTED' AND ${counted(options)}
),
canceled AS (
  SELECT symbol, account, orderid, timestamp
  FROM exchange_data_lake.orders
  WHERE kind = 'CANCELED' AND reason IN ('requested', 'cancel_all')
)
SELECT
  placed.symbol,
  placed.account,
  COUNT(*) AS orders,
  COUNT(canceled.timestamp) AS canceled,
  COUNT(*) FILTER (canceled.timestamp < placed.timestamp + INTERVAL 1 SECOND) AS within_a_second,
  ROUND(within_a_second / orders, 4) AS ratio
FROM placed LEFT JOIN canceled USING (symbol, account, orderid)
GROUP BY placed.symbol, placed.account
QUALIFY row_number() OVER (PARTITION BY placed.symbol ORDER BY within_a_second DESC, placed.account) <= ${options.top}
ORDER BY placed.symbol, within_a_second DESC, placed.account;`,
}
