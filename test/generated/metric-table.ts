/** The tables of metrics in docs/operate/monitoring.md, made from the rows of metric-panels.ts. */

import { PANEL_GROUPS, type Panel } from './metric-panels.ts'

const HEADINGS = ['panel', 'one machine', 'AWS', 'meaning', 'healthy', 'alarm', 'what to do']

const codes = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

const cellsOf = ({ title, metrics, aws, meaning, healthy, alarms, remedy }: Panel): readonly string[] => [
  title,
  codes(metrics),
  codes(aws),
  meaning,
  healthy,
  codes(alarms),
  remedy,
]

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`.replaceAll(/ +\|/g, ' |')

export const metricTables = (): string =>
  Object.entries(PANEL_GROUPS)
    .map(([group, panels]) =>
      [
        `### ${group}`,
        '',
        line(HEADINGS),
        `|${HEADINGS.map(() => '---').join('|')}|`,
        ...panels.map((panel) => line(cellsOf(panel))),
      ].join('\n'),
    )
    .join('\n\n')
