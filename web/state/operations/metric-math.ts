/**
 * Figures from two readings of the metrics: rates of counters, and quantiles of what a histogram counted in between.
 * undefined: the figure is not known, for example because the exchange started again between the readings.
 */

import type { Labels, Metrics } from '../../feed/prometheus-text.ts'

export interface Reading {
  readonly atMs: number
  readonly metrics: Metrics
}

/** Whether a series counts: by its labels. */
export type Selector = (labels: Labels) => boolean

const ALL: Selector = () => true

/** The sum of a metric over its selected series. */
export function sumOf({ metrics }: Reading, name: string, selects: Selector = ALL): number | undefined {
  let sum: number | undefined
  for (const { labels, value } of metrics.get(name) ?? []) if (selects(labels)) sum = (sum ?? 0) + value
  return sum
}

/** The sums of a metric by the values of a label, in the order of the text. */
export function sumsBy({ metrics }: Reading, name: string, label: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of metrics.get(name) ?? []) {
    const key = labels[label] ?? ''
    sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return sums
}

/** By how much a counter grew in a second. */
export function rateOf(now: Reading, before: Reading, name: string, selects?: Selector): number | undefined {
  return perSecond(now, before, sumOf(now, name, selects), sumOf(before, name, selects))
}

/** The same by the values of a label. */
export function ratesBy(now: Reading, before: Reading, name: string, label: string): Map<string, number> {
  const sums = sumsBy(before, name, label)
  const rates = new Map<string, number>()
  for (const [key, sum] of sumsBy(now, name, label)) {
    const rate = perSecond(now, before, sum, sums.get(key) ?? 0)
    if (rate !== undefined) rates.set(key, rate)
  }
  return rates
}

function perSecond(
  now: Reading,
  before: Reading,
  value: number | undefined,
  earlier: number | undefined,
): number | undefined {
  const seconds = (now.atMs - before.atMs) / 1000
  if (value === undefined || earlier === undefined || seconds <= 0 || value < earlier) return undefined
  return (value - earlier) / seconds
}

/**
 * The quantile of what a histogram counted between two readings, on a line between the bounds of its bucket. What is
 * above the last bound has this bound.
 */
export function quantileOf(
  now: Reading,
  before: Reading,
  name: string,
  q: number,
  selects: Selector = ALL,
): number | undefined {
  const earlier = buckets(before, name, selects)
  const counted = [...buckets(now, name, selects)]
    .map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)] as const)
    .sort(([a], [b]) => a - b)
  const total = counted.at(-1)?.[1] ?? 0
  if (total <= 0) return undefined
  const rank = q * total
  let [low, below] = [0, 0]
  for (const [bound, upTo] of counted) {
    if (bound === Number.POSITIVE_INFINITY) return low
    if (upTo >= rank && upTo > below) return low + (bound - low) * ((rank - below) / (upTo - below))
    low = bound
    below = upTo
  }
  return low
}

/** Cumulative counts by upper bound, summed over the selected series. */
function buckets({ metrics }: Reading, name: string, selects: Selector): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { labels, value } of metrics.get(`${name}_bucket`) ?? []) {
    if (!selects(labels)) continue
    const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
    counts.set(bound, (counts.get(bound) ?? 0) + value)
  }
  return counts
}
