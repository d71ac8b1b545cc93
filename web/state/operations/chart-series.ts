/** The values of one chart over the last minutes. A value that is not known is a gap in its line. */

import type { Values } from './chart-table.ts'

/** Ten minutes, read each 2 s. */
export const POINTS_MAX = 300
/** After a longer pause, as of a hidden tab, the lines have a gap. */
const PAUSE_MS = 15_000

export interface Series {
  readonly atMs: readonly number[]
  /** As long as `atMs` each. */
  readonly lines: ReadonlyMap<string, readonly (number | undefined)[]>
}

export const NO_SERIES: Series = { atMs: [], lines: new Map() }

/** The series with one point more, and without those that are too old. */
export function withPoint(series: Series, atMs: number, values: Values): Series {
  const lastMs = series.atMs.at(-1)
  const gap = lastMs !== undefined && atMs - lastMs > PAUSE_MS
  const times = [...series.atMs, ...(gap ? [lastMs + 1] : []), atMs]
  const known = new Map(values)
  const lines = new Map<string, readonly (number | undefined)[]>()
  for (const name of new Set([...series.lines.keys(), ...known.keys()])) {
    const before = series.lines.get(name) ?? series.atMs.map(() => undefined)
    lines.set(name, [...before, ...(gap ? [undefined] : []), known.get(name)].slice(-POINTS_MAX))
  }
  return { atMs: times.slice(-POINTS_MAX), lines }
}

/** The newest point at or before a time; −1: there is none. */
export function pointAt({ atMs }: Series, timeMs: number): number {
  for (let i = atMs.length - 1; i >= 0; i--) if (atMs[i] <= timeMs) return i
  return -1
}
