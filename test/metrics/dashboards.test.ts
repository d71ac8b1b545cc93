/**
 * What is watched agrees with what there is: every metric of the code has a row, and every row its metrics; expressions
 * treat a metric by its type; alarms exist; both dashboards have the same titles.
 */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FAULT_METRIC_NAMES, METRIC_NAMES } from '../../src/entrypoints/lambda/metric-names.ts'
import { ExchangeMetrics } from '../../src/entrypoints/server/metrics/exchange-metrics.ts'
import { SocketCounts } from '../../src/http/socket/socket-counts.ts'
import { CORE_STATS } from '../contracts/sample-core-stats.ts'
import { PANELS } from '../generated/metric-panels.ts'
import { readInfra } from '../infra/hcl.ts'
import { titleOf } from '../skipped-title.ts'
import { readExposition } from './exposition.ts'
import { promtool, whyNoPromtool } from './promtool.ts'

const fileOf = (name: string): string => new URL(`../../docs/operate/${name}`, import.meta.url).pathname
const alerts = readFileSync(fileOf('prometheus-alerts.yml'), 'utf8')
const aws = readFileSync(new URL('../../docs/reference/aws.md', import.meta.url), 'utf8')
const dashboard = JSON.parse(readFileSync(fileOf('grafana-dashboard.json'), 'utf8'))

/** Names and types of all metrics of one machine. */
async function metricTypes(): Promise<Map<string, string>> {
  const metrics = new ExchangeMetrics({
    health: { latest: CORE_STATS, stats: async () => CORE_STATS },
    queues: () => ({ commands: 0, coreReads: 0, readerReads: 0 }),
  })
  const market = { topics: 0, followers: 0, restarts: 0, messages: 0, tickMs: 0, tickMsMax: 0 }
  metrics.watchSockets(new SocketCounts(), { stats: () => market })
  metrics.watchLake(() => undefined)
  const families = readExposition((await metrics.text()).body)
  return new Map(families.map(({ name, type }) => [name, type]))
}

const NAME = /\b(?:exchange|process|nodejs)_\w+/g
const family = (name: string, types: ReadonlyMap<string, string>): string =>
  types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '')

/** What is wrong with an expression. */
function faultsOf(expr: string, types: ReadonlyMap<string, string>): string[] {
  return [...expr.matchAll(NAME)].flatMap(({ 0: name, index }) => {
    const type = types.get(family(name, types))
    const before = expr.slice(0, index)
    const isOver = (...functions: string[]) => functions.some((each) => before.endsWith(`${each}(`))
    if (type === undefined) return [`${name} does not exist`]
    if (type === 'gauge') return isOver('rate', 'increase') ? [`${name} is a gauge: no rate`] : []
    if (!isOver('rate', 'increase')) return [`${name} is a ${type}: rate or increase`]
    if (name.endsWith('_bucket') && !/histogram_quantile\([\d.]+, sum by \(.*\ble\b.*\)\s*\(rate\($/.test(before)) {
      return [`${name}: histogram_quantile over a sum by le`]
    }
    return type === 'histogram' && name === family(name, types) ? [`${name} is a histogram`] : []
  })
}

const sorted = (names: Iterable<string>): string[] => [...names].sort()

test('every metric of one machine has one row, and every row has its metrics', async () => {
  expect(sorted(PANELS.flatMap(({ metrics }) => metrics))).toEqual(sorted((await metricTypes()).keys()))
})

test('every metric of our functions on AWS has one row', () => {
  const own: readonly string[] = [...METRIC_NAMES, ...FAULT_METRIC_NAMES]
  const listed = PANELS.flatMap(({ aws }) => aws)
  expect(sorted(listed.filter((name) => own.includes(name)))).toEqual(sorted(own))
  // Names of services are in capitals.
  expect(listed.filter((name) => !own.includes(name) && !/^[A-Z0-9]/.test(name))).toEqual([])
})

test('a panel shows its own metrics, each by its type', async () => {
  const types = await metricTypes()
  for (const { title, metrics, queries } of PANELS) {
    expect(queries === undefined, title).toBe(metrics.length === 0)
    const shown = (queries ?? []).flatMap(({ expr }) => expr.match(NAME) ?? []).map((name) => family(name, types))
    const hidden = ['exchange_snapshot_commands', 'process_start_time_seconds', 'nodejs_version_info']
    expect(sorted(new Set([...shown, ...hidden.filter((name) => metrics.includes(name))])), title).toEqual(
      sorted(metrics),
    )
    for (const { expr } of queries ?? []) expect(faultsOf(expr, types), expr).toEqual([])
  }
})

test.each([
  ['exchange_trades_total', 'rate or increase'],
  ['rate(exchange_open_orders[5m])', 'no rate'],
  ['rate(exchange_match_duration_seconds_bucket[5m])', 'histogram_quantile'],
  ['rate(exchange_match_duration_seconds[5m])', 'is a histogram'],
  ['exchange_no_such', 'does not exist'],
])('%s is a fault: %s', async (expr, fault) => {
  expect(faultsOf(expr, await metricTypes())).toEqual([expect.stringContaining(fault)])
})

test('the dashboard can be imported: one data source, panels that do not overlap', async () => {
  const { panels, templating } = dashboard
  expect(templating.list[0]).toMatchObject({ type: 'datasource', query: 'prometheus' })
  const used = new Set<string>()
  for (const { gridPos, type, title, targets, datasource } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(used.has(`${x} ${y}`), title).toBe(false)
        used.add(`${x} ${y}`)
      }
    }
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
    if (type === 'row') continue
    expect(datasource).toEqual({ type: 'prometheus', uid: '$datasource' })
    for (const { expr } of targets) expect(expr.match(/instance=~"\$instance"/g)?.length).toBe(expr.match(NAME).length)
  }
  expect(new Set(panels.map(({ id }: { id: number }) => id)).size).toBe(panels.length)
})

test('alerts are about metrics that exist, by their types, and are in the table', async () => {
  const types = await metricTypes()
  const rules = alerts.split('- alert: ').slice(1)
  for (const rule of rules) {
    const expr = /expr: (?:>-\n)?([\s\S]*?)\n {8}(?:for|labels):/.exec(rule)?.[1].replaceAll(/\s+/g, ' ') ?? ''
    expect(expr, rule).not.toBe('')
    expect(faultsOf(expr, types), expr).toEqual([])
    expect(rule).toMatch(/severity: (page|ticket)[\s\S]*summary: .*\n +remedy: ./)
  }
  const names = rules.map((rule) => rule.slice(0, rule.indexOf('\n')))
  const listed = PANELS.flatMap(({ alarms }) => alarms).filter((name) => name.startsWith('Exchange'))
  expect(sorted(listed)).toEqual(sorted(names))
})

test('every alarm of infra/ has one row', async () => {
  const locals = [...(await readInfra()).values()].flatMap(
    ({ hcl }) => (hcl.locals ?? []) as unknown as Record<string, object>[],
  )
  const keys = locals.flatMap(({ alarms, redis_alarms, market_alarms }) =>
    [alarms, redis_alarms, market_alarms].flatMap((each) => (each === undefined ? [] : Object.keys(each))),
  )
  const listed = PANELS.flatMap(({ alarms }) => alarms).filter((name) => !name.startsWith('Exchange'))
  expect(sorted(listed)).toEqual(sorted([...keys, 'dynamodb-throttled']))
})

test('the reference of the runtime on AWS names every metric of the functions, and no other', () => {
  const section = aws.slice(aws.indexOf('## Metrics'), aws.indexOf('## Differences'))
  const named = [...section.matchAll(/`([a-z]\w+)`/g)].map(([, name]) => name)
  expect(sorted(new Set(named))).toEqual(sorted([...METRIC_NAMES, ...FAULT_METRIC_NAMES]))
})

test('the dashboard of CloudWatch has a panel for each row with metrics of AWS, and no other', async () => {
  const text = (await readInfra()).get('cloudwatch_dashboard.tf')?.text ?? ''
  const widgets = text
    .split(/\n {4}\["/)
    .slice(1)
    .map((widget) => [widget.slice(0, widget.indexOf('"')), widget] as const)
  expect(sorted(widgets.map(([title]) => title))).toEqual(
    sorted(PANELS.filter(({ aws }) => aws.length > 0).map(({ title }) => title)),
  )
  for (const [title, widget] of widgets) {
    const { aws = [] } = PANELS.find((panel) => panel.title === title) ?? {}
    for (const name of aws) expect(widget, `${title}: ${name}`).toContain(`"${name}"`)
  }
})

test.skipIf(whyNoPromtool)(titleOf('promtool accepts the alerts', whyNoPromtool), () => {
  expect(promtool(['check', 'rules', fileOf('prometheus-alerts.yml')])).toBe('')
})
