/**
 * One chart: a title, its newest values as a legend, and lines over the last minutes. The legend is its text
 * alternative. The pointer on one chart shows the values of that time on all charts.
 */

import { useRef } from 'preact/hooks'
import {
  type Area,
  axisTop,
  greatestOf,
  linePath,
  type TimeAxis,
  timeAxis,
} from '../../state/operations/chart-geometry.ts'
import { NO_SERIES, pointAt, type Series } from '../../state/operations/chart-series.ts'
import type { ChartRow, Unit } from '../../state/operations/chart-table.ts'
import { figureText } from '../../state/operations/figure-text.ts'
import { series as allSeries, pointedMs } from '../../state/operations/operations.ts'
import { timeZone } from '../../state/page/settings.ts'
import { timeText } from '../../state/text/format.ts'
import { useElementSize } from '../frame/element-size.ts'

/** Room for the values at the left, and for the times below. */
const LEFT = 52
const BELOW = 18
const ABOVE = 6
const RIGHT = 8
/** The least top of the value axis. Noise of an idle exchange does not fill the chart. */
const LEAST: Readonly<Record<Unit, number>> = {
  perSecond: 1,
  seconds: 0.001,
  bytes: 1_000,
  bytesPerSecond: 1_000,
  count: 4,
  share: 0.1,
}

export function MetricChart({ chart }: { readonly chart: ChartRow }) {
  const { title, unit, meaning } = chart
  const series = allSeries.value.get(title) ?? NO_SERIES
  return (
    <figure class="metric-chart">
      <figcaption>
        <h4 title={meaning}>{title}</h4>
        <Legend series={series} unit={unit} />
      </figcaption>
      <Drawing series={series} unit={unit} />
    </figure>
  )
}

function Legend({ series, unit }: { readonly series: Series; readonly unit: Unit }) {
  const { value: timeMs } = pointedMs
  const i = timeMs === undefined ? series.atMs.length - 1 : pointAt(series, timeMs)
  return (
    <ul class="chart-legend">
      {[...series.lines].map(([name, values], index) => (
        <li key={name} data-line={index % LINES}>
          <svg width="10" height="8" aria-hidden="true">
            <path class="chart-line" data-line={index % LINES} d="M0,4L10,4" />
          </svg>
          <span class="dim">{name}</span> <span class="num">{legendText(values[i], unit)}</span>
        </li>
      ))}
    </ul>
  )
}

/** The axis says that it is a rate. */
const legendText = (value: number | undefined, unit: Unit): string => figureText(value, unit).replace(/\/s$/, '')

/** Kinds of lines: each has a colour and a dash pattern. */
const LINES = 4

const Drawing = ({ series, unit }: { readonly series: Series; readonly unit: Unit }) => {
  const box = useRef<HTMLDivElement>(null)
  const { width, height } = useElementSize(box).value
  const area: Area = { left: LEFT, top: ABOVE, width: width - LEFT - RIGHT, height: height - ABOVE - BELOW }
  const axis = timeAxis(series)
  const top = axisTop(greatestOf(series), LEAST[unit])
  const point = ({ offsetX }: PointerEvent): void => {
    const share = Math.min(Math.max((offsetX - LEFT) / area.width, 0), 1)
    pointedMs.value = axis.fromMs + share * (axis.toMs - axis.fromMs)
  }
  const leave = (): void => {
    pointedMs.value = undefined
  }
  return (
    <div class="drawing" ref={box} onPointerMove={point} onPointerLeave={leave}>
      {area.width > 0 && area.height > 0 && (
        <svg width={width} height={height} aria-hidden="true">
          <Grid area={area} top={top} unit={unit} />
          <Times area={area} axis={axis} />
          {[...series.lines].map(([name, values], index) => {
            const { line, below } = linePath(values, series.atMs, axis, top, area)
            return (
              <g key={name}>
                {index === 0 && <path class="chart-area" d={below} />}
                <path class="chart-line" data-line={index % LINES} d={line} />
              </g>
            )
          })}
          <Pointer area={area} axis={axis} />
        </svg>
      )}
    </div>
  )
}

function Grid({ area, top, unit }: { readonly area: Area; readonly top: number; readonly unit: Unit }) {
  return (
    <g class="chart-grid-lines">
      {[0, 0.5, 1].map((share) => {
        const y = area.top + area.height * (1 - share)
        return (
          <g key={share}>
            <path d={`M${area.left},${Math.round(y) + 0.5}h${area.width}`} />
            <text x={area.left - 6} y={y + 4} text-anchor="end">
              {figureText(top * share, unit)}
            </text>
          </g>
        )
      })}
    </g>
  )
}

function Times({ area, axis }: { readonly area: Area; readonly axis: TimeAxis }) {
  if (axis.toMs === 0) return null
  const bottom = area.top + area.height
  const xOf = (timeMs: number): number => area.left + (area.width * (timeMs - axis.fromMs)) / (axis.toMs - axis.fromMs)
  // A text needs 64 pixels.
  const every = Math.max(1, Math.ceil((axis.marks.length * 64) / area.width))
  return (
    <g class="chart-times">
      {axis.marks
        .filter((mark, i) => i % every === 0 && xOf(mark) >= area.left && xOf(mark) <= area.left + area.width - 20)
        .map((mark) => (
          <text key={mark} x={xOf(mark)} y={bottom + 14} text-anchor="middle">
            {timeText(new Date(mark).toISOString(), timeZone.value).slice(0, 8)}
          </text>
        ))}
    </g>
  )
}

function Pointer({ area, axis }: { readonly area: Area; readonly axis: TimeAxis }) {
  const { value } = pointedMs
  if (value === undefined || value < axis.fromMs || value > axis.toMs) return null
  const x = area.left + (area.width * (value - axis.fromMs)) / Math.max(1, axis.toMs - axis.fromMs)
  return <path class="chart-pointer" d={`M${x.toFixed(1)},${area.top}v${area.height}`} />
}
