/**
 * Values of a result as text and as JSON. Decimals keep every digit and lose the zeros at their end; times are
 * RFC 3339 in UTC. JSON has a number where a double holds the value exactly, and text otherwise, so no reader of the
 * output rounds a price.
 */

import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

export const isDecimal = ({ typeId }: DuckDBType): boolean => typeId === DuckDBTypeId.DECIMAL

const NUMBERS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
])
export const isNumber = ({ typeId }: DuckDBType): boolean => NUMBERS.has(typeId)

/** NULL is the empty text. */
export function textOf(value: DuckDBValue): string {
  if (value === null) return ''
  if (typeof value === 'object') {
    const json = jsonOf(value)
    return typeof json === 'string' ? json : JSON.stringify(json)
  }
  return String(value)
}

export function jsonOf(value: DuckDBValue): Json {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    default:
      return value === null ? null : objectJson(value)
  }
}

function objectJson(value: object): Json {
  if (value instanceof DuckDBDecimalValue) return shortest(value.toString())
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(jsonOf)
  if (value instanceof DuckDBStructValue) return fieldsOf(Object.entries(value.entries))
  if (value instanceof DuckDBMapValue) return fieldsOf(value.entries.map((entry) => [textOf(entry.key), entry.value]))
  if (value instanceof DuckDBDateValue) return String(value)
  return timeOf(value) ?? String(value)
}

const fieldsOf = (entries: readonly (readonly [string, DuckDBValue])[]): Json =>
  Object.fromEntries(entries.map(([name, value]) => [name, jsonOf(value)]))

/** `50000.250000000000` is 50000.25, exactly. */
function shortest(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}

/** Nanoseconds of one unit of each type of time. */
function timeOf(value: object): string | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return rfc3339(value.micros, 6)
  if (value instanceof DuckDBTimestampMillisecondsValue) return rfc3339(value.millis, 3)
  if (value instanceof DuckDBTimestampSecondsValue) return rfc3339(value.seconds, 0)
  if (value instanceof DuckDBTimestampNanosecondsValue) return rfc3339(value.nanos, 9)
  return undefined
}

/** Times of the exchange have milliseconds. Further digits are shown if they are not zero. */
function rfc3339(units: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits)
  const fraction = ((units % perSecond) + perSecond) % perSecond
  const seconds = (units - fraction) / perSecond
  const date = new Date(Number(seconds) * 1000)
  if (Number.isNaN(date.getTime())) return units > 0n ? 'infinity' : '-infinity'
  const places = String(fraction).padStart(digits, '0').padEnd(3, '0')
  const further = places.slice(3).replace(/0+$/, '')
  return `${date.toISOString().slice(0, -4)}${places.slice(0, 3)}${further}Z`
}
