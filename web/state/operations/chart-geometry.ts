/** Where the lines, the grid and the times of a chart are, in pixels. Floats are right here: nothing is traded by them. */

import type { Series } from './chart-series.ts'

export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Lengths of the time axis. A new page begins with the shortest. */
const WINDOWS_MS = [60_000, 120_000, 300_000, 600_000]
/** Marks of the time axis, by its length. */
const MARKS_MS = [15_000, 30_000, 60_000, 120_000]

export interface TimeAxis {
  readonly fromMs: number
  readonly toMs: number
  /** Times with a mark. */
  readonly marks: readonly number[]
}

export function timeAxis({ atMs }: Series): TimeAxis {
  const toMs = atMs.at(-1) ?? 0
  const length = toMs - (atMs[0] ?? toMs)
  const found = WINDOWS_MS.findIndex((windowMs) => windowMs >= length)
  const index = found < 0 ? WINDOWS_MS.length - 1 : found
  const fromMs = toMs - WINDOWS_MS[index]
  const step = MARKS_MS[index]
  const marks: number[] = []
  for (let mark = Math.ceil(fromMs / step) * step; mark <= toMs; mark += step) marks.push(mark)
  return { fromMs, toMs, marks }
}

/** The top of the value axis: 1, 2, 2.5 or 5 times a power of ten, at least the greatest value. */
export function axisTop(greatest: number, least: number): number {
  const value = Math.max(greatest, least)
  const power = 10 ** Math.floor(Math.log10(value))
  const multiple = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * 0.999) ?? 10
  return multiple * power
}

export const greatestOf = ({ lines }: Series): number =>
  Math.max(0, ...[...lines.values()].map((values) => Math.max(0, ...values.map((value) => value ?? 0))))

/** The path of a line, and the path of the area below it. A single point between gaps is a short stroke. */
export function linePath(
  values: readonly (number | undefined)[],
  atMs: readonly number[],
  axis: TimeAxis,
  top: number,
  area: Area,
): { readonly line: string; readonly below: string } {
  const xOf = (timeMs: number): number =>
    area.left + (area.width * (timeMs - axis.fromMs)) / Math.max(1, axis.toMs - axis.fromMs)
  const bottom = area.top + area.height
  let line = ''
  let below = ''
  let run: string[] = []
  let startX = 0
  let endX = 0
  const end = (): void => {
    if (run.length === 0) return
    if (run.length === 1) run.push(`${(endX + 1).toFixed(1)},${run[0].split(',')[1]}`)
    line += `M${run.join('L')}`
    below += `M${startX.toFixed(1)},${bottom}L${run.join('L')}L${endX.toFixed(1)},${bottom}Z`
    run = []
  }
  for (const [i, value] of values.entries()) {
    if (value === undefined || atMs[i] < axis.fromMs) {
      end()
      continue
    }
    endX = xOf(atMs[i])
    if (run.length === 0) startX = endX
    run.push(`${endX.toFixed(1)},${(bottom - (area.height * Math.min(value, top)) / top).toFixed(1)}`)
  }
  end()
  return { line, below }
}
