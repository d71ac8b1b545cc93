/** The dashboard of Grafana, made from the rows of metric-panels.ts: a row of panels for each group. */

import { PANEL_GROUPS, type Panel } from './metric-panels.ts'

const WIDTH = 24
const PANEL = { w: 8, h: 8 }
const DATASOURCE = { type: 'prometheus', uid: '$datasource' }

/** Grafana shows the time series only with these. */
const visible = ({ queries }: Panel): boolean => queries !== undefined

function panelOf({ title, meaning, healthy, remedy, queries = [], unit = 'short' }: Panel, id: number, at: object) {
  return {
    id,
    type: 'timeseries',
    title,
    description: `${withoutLinks(meaning)}. Healthy: ${withoutLinks(healthy)}. ${withoutLinks(remedy)}.`,
    datasource: DATASOURCE,
    gridPos: { ...PANEL, ...at },
    fieldConfig: {
      defaults: { unit, min: 0, custom: { lineWidth: 1, fillOpacity: 10, showPoints: 'never' } },
      overrides: [],
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + i),
      datasource: DATASOURCE,
      expr: expr.replaceAll(/\b((?:exchange|process|nodejs)_\w+)(\{)?/g, (_, name, brace) =>
        brace === undefined ? `${name}{instance=~"$instance"}` : `${name}{instance=~"$instance",`,
      ),
      legendFormat: legend,
    })),
  }
}

const withoutLinks = (text: string): string => text.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('`', '')

export function grafanaDashboard(): string {
  const panels: object[] = []
  let y = 0
  for (const [group, rows] of Object.entries(PANEL_GROUPS)) {
    const shown = rows.filter(visible)
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: group,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    })
    y++
    const across = WIDTH / PANEL.w
    for (const [i, row] of shown.entries()) {
      const at = { x: (i % across) * PANEL.w, y: y + Math.floor(i / across) * PANEL.h }
      panels.push(panelOf(row, panels.length + 1, at))
    }
    y += Math.ceil(shown.length / across) * PANEL.h
  }
  const variable = { label: '', hide: 0, includeAll: false, multi: false, options: [], refresh: 1, skipUrlSync: false }
  const dashboard = {
    title: 'Bidding Exchange',
    uid: 'bidding-exchange',
    description: 'One exchange on one machine: docs/operate/monitoring.md explains each panel.',
    tags: ['exchange'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: '',
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [
        { ...variable, type: 'datasource', name: 'datasource', label: 'Data source', query: 'prometheus', current: {} },
        {
          ...variable,
          type: 'query',
          name: 'instance',
          label: 'Exchange',
          datasource: DATASOURCE,
          query: { query: 'label_values(exchange_core_responding, instance)', refId: 'instances' },
          definition: 'label_values(exchange_core_responding, instance)',
          current: {},
          multi: true,
          includeAll: true,
          sort: 1,
        },
      ],
    },
    annotations: { list: [] },
    panels,
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}
