/**
 * Counts of measured values by size, as a histogram of Prometheus needs them. An observation is a few comparisons and
 * two additions in a typed array: it allocates nothing, so that matching can be measured. The counts are sent to the
 * edge thread as they are, and shown there.
 */

import { invariant } from '../../../protocol/assert.ts'

export interface DistributionCounts {
  /** Upper bounds, ascending, each included. */
  readonly bounds: readonly number[]
  /** A count for each bound, then one for larger values. A value is counted once. */
  readonly counts: Float64Array
  readonly sum: number
}

/** 10 µs to 10 s, for durations in seconds: three bounds for each power of ten. */
export const DURATIONS: readonly number[] = [
  0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
  1, 2.5, 5, 10,
]

/** 1 to 10,000, for sizes of groups. */
export const SIZES: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

export class Distribution {
  private readonly bounds: readonly number[]
  /** The counts, then the sum: a number field of the object would be allocated anew at each addition. */
  private readonly numbers: Float64Array

  constructor(bounds: readonly number[]) {
    for (let i = 1; i < bounds.length; i++) invariant(bounds[i - 1] < bounds[i], 'the bounds ascend')
    this.bounds = bounds
    this.numbers = new Float64Array(bounds.length + 2)
  }

  observe(value: number, times = 1): void {
    const { bounds, numbers } = this
    let i = 0
    while (i < bounds.length && value > bounds[i]) i++
    numbers[i] += times
    numbers[bounds.length + 1] += times * value
  }

  /** A copy. */
  counts(): DistributionCounts {
    const { bounds, numbers } = this
    return { bounds, counts: numbers.slice(0, bounds.length + 1), sum: numbers[bounds.length + 1] }
  }
}
