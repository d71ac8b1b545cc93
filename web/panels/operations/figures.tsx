/** The figures that an operator looks at first. Each is one number with its unit. */

import type { Unit } from '../../state/operations/chart-table.ts'
import { figureText } from '../../state/operations/figure-text.ts'
import { sumOf } from '../../state/operations/metric-math.ts'
import { health, reading, series } from '../../state/operations/operations.ts'

export function Figures() {
  const { commands, lakePosition, lake, rules } = health.value ?? {}
  return (
    <dl class="ops-figures">
      <Figure name="Orders" value={figureText(newest('Orders by outcome', 'accepted'), 'perSecond')} />
      <Figure name="Trades" value={figureText(newest('Trades', 'trades'), 'perSecond')} />
      <Figure name="Open orders" value={metric('exchange_open_orders', 'count')} />
      <Figure name="Log sync p99" value={figureText(newest('Log sync', 'p99'), 'seconds')} />
      <Figure name="Memory" value={metric('process_resident_memory_bytes', 'bytes')} />
      <Figure name="Clients" value={metric('exchange_socket_clients', 'count')} />
      <Figure name="Log position" value={commands?.toLocaleString('en') ?? '–'} />
      <Figure
        name="Lake position"
        value={lake === 'off' ? 'off' : (lakePosition?.toLocaleString('en') ?? '–')}
        title={lake === undefined ? undefined : `The lake is ${lake}.`}
      />
      <Figure name="Up for" value={upTime()} />
      <Figure name="Rules" value={rules === undefined ? '–' : String(rules)} />
    </dl>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly title?: string | undefined
}

const Figure = ({ name, value, title }: FigureProps) => (
  <div title={title}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)

const newest = (chart: string, line: string): number | undefined => series.value.get(chart)?.lines.get(line)?.at(-1)

function metric(name: string, unit: Unit): string {
  const { value } = reading
  return figureText(value && sumOf(value, name), unit)
}

function upTime(): string {
  const { value } = reading
  const started = value && sumOf(value, 'process_start_time_seconds')
  if (value === undefined || started === undefined) return '–'
  const seconds = Math.max(0, Math.floor(value.atMs / 1000 - started))
  const [days, hours, minutes] = [86_400, 3_600, 60].map((unit) => Math.floor(seconds / unit))
  if (days > 0) return `${days} d ${hours % 24} h`
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return minutes > 0 ? `${minutes} min` : `${seconds} s`
}
