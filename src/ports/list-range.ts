/** What part of a list a read wants: a time range, and the direction. */

export interface TimeRange {
  /** Milliseconds since 1970: nothing before it. */
  readonly fromMs?: number
  /** Nothing at or after it. */
  readonly toMs?: number
}

/** `asc`: the oldest first. `desc`: the newest first, which is also the direction of a query without one. */
export const SORTS = ['asc', 'desc'] as const
export type Sort = (typeof SORTS)[number]

export const isWithin = (timestampMs: number, { fromMs, toMs }: TimeRange): boolean =>
  (fromMs === undefined || timestampMs >= fromMs) && (toMs === undefined || timestampMs < toMs)

/** 1 to read from the newest to the oldest, -1 for the other way: the factor of a comparison by age. */
export const directionOf = (sort: Sort | undefined): 1 | -1 => (sort === 'asc' ? -1 : 1)

/** The smallest index from `low` up to `high` whose entry is not below a bound, in entries that only go up. */
export function firstFrom(low: number, high: number, isBelow: (index: number) => boolean): number {
  let from = low
  for (let to = high; from < to; ) {
    const middle = Math.floor((from + to) / 2)
    if (isBelow(middle)) from = middle + 1
    else to = middle
  }
  return from
}
