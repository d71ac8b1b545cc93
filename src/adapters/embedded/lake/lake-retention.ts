/**
 * Which days of the lake are kept. The days come from the clock of the order log, and a start with a wrong clock may
 * add a day that is years ahead. Such a day alone deletes nothing: after a gap, retention counts from the day before it.
 */

import { LAKE_RETENTION_GAP_DAYS } from '../../../protocol/limits.ts'

const DAY_MS = 86_400_000

/** The first of the days that are kept, the newest one included; '' to keep all. `days`: those that have rows. */
export function oldestKept(days: Iterable<string>, retentionDays: number | undefined): string {
  if (retentionDays === undefined) return ''
  let [newest, second] = ['', '']
  for (const day of days) {
    if (day > newest) [newest, second] = [day, newest]
    else if (day > second && day < newest) second = day
  }
  if (newest === '') return ''
  const newestMs = Date.parse(newest)
  const secondMs = second === '' ? newestMs : Date.parse(second)
  const lastMs = newestMs - secondMs > LAKE_RETENTION_GAP_DAYS * DAY_MS ? secondMs : newestMs
  return new Date(lastMs - (retentionDays - 1) * DAY_MS).toISOString().slice(0, 10)
}
