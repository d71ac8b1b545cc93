/**
 * The columns of the lake, the only definition of its two tables. The Parquet files, the tables of Glue
 * (infra/order-columns.json, infra/trade-columns.json) and the page docs/reference/lake.md are made from it. Names are
 * in lower case, because Glue requires it. Readers find columns by name, and files that were written before a
 * column lack it, so a new column is `sometimes`.
 */

import { TRADE_ECHO_FIELDS } from '../protocol/order/echo-fields.ts'
import { CORE_ORDER_FIELDS, OPTIONAL_FIELDS, type OrderField, requestNameOf } from '../protocol/order/order-fields.ts'

/** orders: a row for each event of an order; trades: a row for each TradeExecuted. */
export const LAKE_TABLES = ['orders', 'trades'] as const
export type LakeTable = (typeof LAKE_TABLES)[number]

/**
 * text: UTF-8; flag: a boolean; decimal: 38 digits, 12 of them after the point; time: milliseconds since 1970, UTC;
 * count: a 64-bit integer.
 */
export type LakeType = 'text' | 'flag' | 'decimal' | 'time' | 'count'

export interface LakeColumn {
  readonly name: string
  readonly type: LakeType
  readonly meaning: string
  /** Whether every row has a value. */
  readonly required: boolean
}

/** The type of a column in SQL, of Glue and Athena and of DuckDB. */
export const GLUE_TYPES: Readonly<Record<LakeType, string>> = {
  text: 'string',
  flag: 'boolean',
  decimal: 'decimal(38,12)',
  time: 'timestamp',
  count: 'bigint',
}

export const DECIMAL_PRECISION = 38
/** Equal to STEP_DECIMALS_MAX: each price and quantity is exact. */
export const DECIMAL_SCALE = 12

/** The columns that partition a table: the UTC day of the event, as text. They are in the names of folders only. */
export const PARTITION_COLUMNS = ['year', 'month', 'day'] as const

const FIELD_TYPES: Readonly<Record<OrderField['kind'], LakeType>> = {
  word: 'text',
  text: 'text',
  flag: 'flag',
  time: 'time',
  ticks: 'decimal',
  lots: 'decimal',
}

const always = (name: string, type: LakeType, meaning: string): LakeColumn => ({ name, type, meaning, required: true })
const sometimes = (name: string, type: LakeType, meaning: string): LakeColumn => ({
  name,
  type,
  meaning,
  required: false,
})

const orderField = (name: keyof typeof CORE_ORDER_FIELDS, meaning: string): LakeColumn =>
  sometimes(name.toLowerCase(), FIELD_TYPES[CORE_ORDER_FIELDS[name].kind], meaning)

/** The optional fields of an order, by the table of order fields. */
const OPTIONAL_COLUMNS: readonly LakeColumn[] = OPTIONAL_FIELDS.map((field) =>
  sometimes(
    requestNameOf(field).toLowerCase(),
    FIELD_TYPES[field.kind],
    `${field.meaning} ${field.echo ? 'In each row of the order.' : 'ACCEPTED and REJECTED only.'}`,
  ),
)

const ORDER_COLUMNS: readonly LakeColumn[] = [
  always('kind', 'text', 'ACCEPTED, REJECTED, AMENDED, CANCELED, AMEND_REJECTED or CANCEL_REJECTED.'),
  always('symbol', 'text', 'The instrument.'),
  always('account', 'text', 'Whose order it is.'),
  always('orderid', 'text', 'What the account calls the order.'),
  orderField('side', 'BUY or SELL. NULL for AMEND_REJECTED and CANCEL_REJECTED.'),
  orderField('type', 'LIMIT or MARKET. ACCEPTED and REJECTED only.'),
  orderField('timeInForce', 'GTC, IOC, FOK or GTD. ACCEPTED and REJECTED only.'),
  orderField('quantity', 'How much was ordered; for AMENDED the new total, filled quantity included; else NULL.'),
  orderField('price', 'The limit price of ACCEPTED and REJECTED, NULL for MARKET; for AMENDED the new one; else NULL.'),
  ...OPTIONAL_COLUMNS,
  sometimes('reason', 'text', 'Why the order was rejected or canceled, or why the request was rejected.'),
  sometimes(
    'remaining',
    'decimal',
    'ACCEPTED: the ordered quantity. AMENDED: the open quantity after it. CANCELED: what will not be filled. Else NULL.',
  ),
  sometimes('prioritykept', 'flag', 'AMENDED only: whether the order kept its place in the queue of its price.'),
  always('eventnumber', 'count', 'Counts the events of the symbol from 1. With the symbol, the key of the row.'),
  always('timestamp', 'time', 'When the command arrived in the stream, or the order expired.'),
  sometimes('requestid', 'text', 'The request that caused the event.'),
]

const TRADE_COLUMNS: readonly LakeColumn[] = [
  always('tradeid', 'text', 'SYMBOL-tradenumber. The key of the row.'),
  always('symbol', 'text', 'The instrument.'),
  always('tradenumber', 'count', 'Counts the trades of the symbol from 1.'),
  always('eventnumber', 'count', 'Counts the events of the symbol from 1.'),
  always('price', 'decimal', 'The price of the maker.'),
  always('quantity', 'decimal', 'The quantity traded.'),
  always('takerside', 'text', 'BUY or SELL: the side of the order that came.'),
  always('makeraccount', 'text', 'Whose order rested.'),
  always('makerorderid', 'text', 'The order that rested.'),
  always('takeraccount', 'text', 'Whose order came.'),
  always('takerorderid', 'text', 'The order that came.'),
  always('timestamp', 'time', 'When the command of the taker arrived in the stream.'),
  sometimes('requestid', 'text', 'The request that the taker came with.'),
  ...TRADE_ECHO_FIELDS.map(({ field, name }) => sometimes(name.toLowerCase(), FIELD_TYPES[field.kind], field.meaning)),
]

const COLUMNS: Readonly<Record<LakeTable, readonly LakeColumn[]>> = { orders: ORDER_COLUMNS, trades: TRADE_COLUMNS }

/** The columns of a table in the order of SELECT *, without those of the partitions. */
export const lakeColumns = (table: LakeTable): readonly LakeColumn[] => COLUMNS[table]
