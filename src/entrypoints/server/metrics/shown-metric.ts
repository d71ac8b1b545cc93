/**
 * A metric whose values are kept somewhere else and read at each scrape: a name, a type, a help text and a function.
 * Counters and distributions of another thread are shown so, without a copy in prom-client. A row for each metric is
 * in the tables beside this file, so that a test can compare all of them with the documentation and the dashboard.
 */

import type { Metric, Registry } from 'prom-client'
import type { DistributionCounts } from '../../../adapters/embedded/metrics/distribution.ts'

export type Labels = Readonly<Record<string, string>>

interface Sample {
  readonly value: number
  readonly labels: Labels
  /** Of a histogram: the name with _bucket, _sum or _count. */
  readonly metricName?: string
}

/** What a metric has now: a number, or numbers by labels. */
export type Shown<T> = T | readonly (readonly [Labels, T])[]

interface Described<S, T> {
  readonly name: string
  readonly help: string
  /** undefined: there is nothing to show now. */
  readonly read: (source: S) => Shown<T> | undefined
}

export type ShownMetric<S> =
  | (Described<S, number> & { readonly type: 'counter' | 'gauge' })
  | (Described<S, DistributionCounts> & { readonly type: 'histogram' })

type Read<S, T> = Described<S, T>['read']

export const counter = <S>(name: string, help: string, read: Read<S, number>): ShownMetric<S> => ({
  type: 'counter',
  name,
  help,
  read,
})

export const gauge = <S>(name: string, help: string, read: Read<S, number>): ShownMetric<S> => ({
  type: 'gauge',
  name,
  help,
  read,
})

export const histogram = <S>(name: string, help: string, read: Read<S, DistributionCounts>): ShownMetric<S> => ({
  type: 'histogram',
  name,
  help,
  read,
})

/** Numbers by one label: `counts[i]` is that of `values[i]`. */
export const byLabel = (
  label: string,
  values: readonly string[],
  counts: ArrayLike<number>,
): readonly (readonly [Labels, number])[] => values.map((value, i) => [{ [label]: value }, counts[i]])

/** Adds metrics to the registry. `source` returns what they read; undefined: they show nothing. */
export function show<S>(registry: Registry, metrics: readonly ShownMetric<S>[], source: () => S | undefined): void {
  for (const metric of metrics) {
    const { name, help, type } = metric
    const get = async () => {
      const from = source()
      return { name, help, type, values: from === undefined ? [] : samplesOf(metric, from), aggregator: 'sum' }
    }
    registry.registerMetric({ name, help, type, get, reset: () => {} } as unknown as Metric)
  }
}

function samplesOf<S>(metric: ShownMetric<S>, source: S): readonly Sample[] {
  if (metric.type === 'histogram') {
    return entriesOf(metric.read(source)).flatMap(([labels, counts]) => bucketsOf(metric.name, labels, counts))
  }
  return entriesOf(metric.read(source)).map(([labels, value]) => ({ labels, value }))
}

const entriesOf = <T>(shown: Shown<T> | undefined): readonly (readonly [Labels, T])[] => {
  if (shown === undefined) return []
  return Array.isArray(shown) ? (shown as readonly (readonly [Labels, T])[]) : [[{}, shown as T]]
}

/** Buckets of Prometheus are cumulative. */
function bucketsOf(name: string, labels: Labels, { bounds, counts, sum }: DistributionCounts): readonly Sample[] {
  let count = 0
  const buckets = Array.from(counts, (each, i) => {
    count += each
    const le = i < bounds.length ? String(bounds[i]) : '+Inf'
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
