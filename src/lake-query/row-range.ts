/** Which rows a report or an export counts: those of a symbol, or of some days. */

export interface RowRange {
  readonly symbol?: string | undefined
  /** Days in UTC, such as 2026-11-26. Both are included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** The condition in SQL. The values are checked before (range-options.ts), so none needs quotes of its own. */
export function counted({ symbol, from, to }: RowRange, prefix = ''): string {
  const conditions = [
    ...(symbol === undefined ? [] : [`${prefix}symbol = '${symbol}'`]),
    ...(from === undefined ? [] : [`${prefix}timestamp >= TIMESTAMP '${from} 00:00:00'`]),
    ...(to === undefined ? [] : [`${prefix}timestamp < TIMESTAMP '${to} 00:00:00' + INTERVAL 1 DAY`]),
  ]
  return conditions.length === 0 ? 'true' : conditions.join(' AND ')
}
