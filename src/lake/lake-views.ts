/**
 * The views that count each row of the lake once, for files that may have copies of rows: Firehose delivers at least
 * once. All copies of an event are in the folder of its day, so that a query of some days counts within these days, and
 * reads no others. infra/lake-views.json is made from it.
 */

import { type LakeTable, lakeColumns, PARTITION_COLUMNS } from './lake-columns.ts'

/** The tables of what is delivered, in exchange_data_lake. */
export const DELIVERED_TABLES: Readonly<Record<LakeTable, string>> = {
  orders: 'order_deliveries',
  trades: 'trade_deliveries',
}

/** The columns that name a row. */
export const LAKE_KEYS: Readonly<Record<LakeTable, readonly string[]>> = {
  orders: ['symbol', 'eventnumber'],
  trades: ['symbol', 'tradenumber'],
}

/** A query of the columns of a table and its partitions, each row of `delivered` once. The same in Athena and DuckDB. */
export function countedOnce(table: LakeTable, delivered = `exchange_data_lake.${DELIVERED_TABLES[table]}`): string {
  const columns = [...lakeColumns(table).map(({ name }) => name), ...PARTITION_COLUMNS]
  const key = [...LAKE_KEYS[table], ...PARTITION_COLUMNS]
  return [
    `SELECT ${columns.map((name) => `"${name}"`).join(', ')}`,
    'FROM (',
    `  SELECT *, row_number() OVER (PARTITION BY ${key.join(', ')}) AS copy`,
    `  FROM ${delivered}`,
    ')',
    'WHERE copy = 1',
  ].join('\n')
}
