/**
 * The SQL of the views exchange_data_lake.orders and .trades. A view has exactly the columns of lake-columns.ts, in
 * that order, then year, month and day. A column that the files lack is NULL, so files of an older schema and an empty
 * lake can be queried too. Where files may repeat rows, each key counts once.
 */

import {
  DECIMAL_PRECISION,
  DECIMAL_SCALE,
  type LakeTable,
  type LakeType,
  lakeColumns,
  PARTITION_COLUMNS,
} from '../lake/lake-columns.ts'
import { LAKE_KEYS } from '../lake/lake-views.ts'
import type { TableFiles } from './lake-folder.ts'

/** The name that Glue and Athena use. */
export const LAKE_SCHEMA = 'exchange_data_lake'

const SQL_TYPES: Readonly<Record<LakeType, string>> = {
  text: 'VARCHAR',
  flag: 'BOOLEAN',
  decimal: `DECIMAL(${DECIMAL_PRECISION}, ${DECIMAL_SCALE})`,
  time: 'TIMESTAMP',
  count: 'BIGINT',
}

/** Copies of a row are in the folder of its day, so a query of some days does not look at others. */
const keyOf = (table: LakeTable): string => [...LAKE_KEYS[table], ...PARTITION_COLUMNS].join(', ')

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** What reads the files. Partition columns come from the names of folders. */
export const readFiles = (paths: readonly string[]): string =>
  `read_parquet([${paths.map(quoted).join(', ')}], union_by_name = true, hive_partitioning = true, ` +
  `hive_types = {${PARTITION_COLUMNS.map((name) => `${quoted(name)}: VARCHAR`).join(', ')}})`

/** `present`: the columns that the files have. */
export function viewOf(table: LakeTable, { paths, mayRepeat }: TableFiles, present: ReadonlySet<string>): string {
  const columns = [
    ...lakeColumns(table).map(({ name, type }) => ({ name, type: SQL_TYPES[type] })),
    ...PARTITION_COLUMNS.map((name) => ({ name, type: SQL_TYPES.text })),
  ]
  const selected = columns.map(
    ({ name, type }) => `CAST(${present.has(name) ? `"${name}"` : 'NULL'} AS ${type}) AS "${name}"`,
  )
  const rows =
    paths.length === 0
      ? 'WHERE false'
      : `FROM ${readFiles(paths)}${mayRepeat ? ` QUALIFY row_number() OVER (PARTITION BY ${keyOf(table)}) = 1` : ''}`
  return `CREATE OR REPLACE VIEW ${LAKE_SCHEMA}.${table} AS SELECT ${selected.join(', ')} ${rows}`
}

/** Below it a decimal(38,12) holds the product, also if the double is a little too small. */
const PRODUCT_MAX = '99e24'

/**
 * Price times quantity, rounded to 12 decimals; NULL from 10^26 on, which a decimal(38,12) does not hold. The exact
 * product has 24 decimals, so 38 digits hold it below 10^14 only. Above, whole numbers and decimals are multiplied apart.
 */
const NOTIONAL = `CREATE OR REPLACE MACRO ${LAKE_SCHEMA}.notional(price, quantity) AS
  CASE
    WHEN CAST(price AS DOUBLE) * CAST(quantity AS DOUBLE) < 9e13
    THEN CAST(CAST(price AS DECIMAL(38, 12)) * CAST(quantity AS DECIMAL(38, 12)) AS DECIMAL(38, 12))
    WHEN CAST(price AS DOUBLE) * CAST(quantity AS DOUBLE) < ${PRODUCT_MAX}
    THEN CAST(CAST(trunc(price) AS DECIMAL(19, 0)) * CAST(trunc(quantity) AS DECIMAL(19, 0)) AS DECIMAL(38, 12))
       + CAST(CAST(trunc(price) AS DECIMAL(19, 0)) * CAST(quantity - trunc(quantity) AS DECIMAL(12, 12)) AS DECIMAL(38, 12))
       + CAST(CAST(price - trunc(price) AS DECIMAL(12, 12)) * CAST(trunc(quantity) AS DECIMAL(19, 0)) AS DECIMAL(38, 12))
       + CAST(CAST(price - trunc(price) AS DECIMAL(12, 12)) * CAST(quantity - trunc(quantity) AS DECIMAL(12, 12)) AS DECIMAL(38, 12))
  END`

/** The sum of notional(price, quantity) over the rows of a group; NULL from 10^26 on, without an overflow. */
const TURNOVER = `CREATE OR REPLACE MACRO ${LAKE_SCHEMA}.turnover(price, quantity) AS
  CASE
    WHEN SUM(CAST(price AS DOUBLE) * CAST(quantity AS DOUBLE)) < ${PRODUCT_MAX}
    THEN CAST(SUM(CAST(trunc(notional(price, quantity)) AS HUGEINT)) AS DECIMAL(38, 12))
       + CAST(SUM(notional(price, quantity) - trunc(notional(price, quantity))) AS DECIMAL(38, 12))
  END`

/** Functions for queries. */
export const MACROS = [NOTIONAL, TURNOVER]
