/**
 * Reads the values of metrics from the text format of Prometheus. It reads what this exchange writes; a line that it
 * does not understand is left out, because a later version may write more.
 */

import type { Labels } from '../server/metrics/shown-metric.ts'

/** Whether a series counts: by its labels. */
export type Selector = (labels: Labels) => boolean

const ALL: Selector = () => true

interface Series {
  readonly labels: Labels
  readonly value: number
}

/** Cumulative counts of a histogram by upper bound, summed over series. */
export type Buckets = ReadonlyMap<number, number>

export class MetricValues {
  private readonly byName = new Map<string, Series[]>()

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [, name, labels = '', value] = /^([a-z]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      if (name === undefined) continue
      const pairs = Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label, text]) => [label, text])
      const series = this.byName.get(name) ?? []
      this.byName.set(name, series)
      series.push({ labels: Object.fromEntries(pairs), value: Number(value) })
    }
  }

  /** The sum over the selected series; undefined: there is none. */
  sum(name: string, selects: Selector = ALL): number | undefined {
    const selected = (this.byName.get(name) ?? []).filter(({ labels }) => selects(labels))
    return selected.length === 0 ? undefined : selected.reduce((sum, { value }) => sum + value, 0)
  }

  /** The buckets of the selected series of a histogram. */
  buckets(name: string, selects: Selector = ALL): Buckets {
    const buckets = new Map<number, number>()
    for (const { labels, value } of this.byName.get(`${name}_bucket`) ?? []) {
      if (!selects(labels)) continue
      const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
      buckets.set(bound, (buckets.get(bound) ?? 0) + value)
    }
    return buckets
  }
}

/** What was counted between two readings. */
export const bucketsSince = (buckets: Buckets, before: Buckets): Buckets =>
  new Map(Array.from(buckets, ([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))

/**
 * The quantile, as Prometheus estimates it: on a line between the bounds of its bucket. A value above the last bound is
 * shown as that bound. undefined: nothing was counted.
 */
export function quantile(buckets: Buckets, q: number): number | undefined {
  const ascending = [...buckets].sort(([a], [b]) => a - b)
  const count = ascending.at(-1)?.[1] ?? 0
  if (count <= 0) return undefined
  const rank = q * count
  let [low, before] = [0, 0]
  for (const [bound, upTo] of ascending) {
    if (bound === Number.POSITIVE_INFINITY) return low
    if (upTo >= rank && upTo > before) return low + (bound - low) * ((rank - before) / (upTo - before))
    low = bound
    before = upTo
  }
  return low
}
