/** Files that are made from the tables of the code are up to date. `npm run generate` writes them anew. */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commandTable, requestTable } from './field-tables.ts'
import { grafanaDashboard } from './grafana-dashboard.ts'
import { biomeConfiguration } from './import-rules.ts'
import { glueColumns, glueViews, lakeTables, reportTable } from './lake-tables.ts'
import { metricTables } from './metric-table.ts'
import { placeOrderModel } from './order-schema.ts'

const ORDER_FIELDS = [
  '<!-- order fields: made by `npm run generate` from src/protocol/order/order-fields.ts -->',
  '<!-- end of order fields -->',
] as const
const METRICS = [
  '<!-- metrics: made by `npm run generate` from test/generated/metric-panels.ts -->',
  '<!-- end of metrics -->',
] as const
const LAKE_COLUMNS = [
  '<!-- columns of the lake: made by `npm run generate` from src/lake/lake-columns.ts -->',
  '<!-- end of the columns of the lake -->',
] as const

const REPORTS = [
  '<!-- reports: made by `npm run generate` from src/lake-query/reports -->',
  '<!-- end of the reports -->',
] as const

/** A page with a new table between the markers. */
function withTable(page: string, [begin, end]: readonly [string, string], table: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error('the page has lost its markers')
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`
}

const lakePage = (page: string): string =>
  withTable(withTable(page, LAKE_COLUMNS, lakeTables()), REPORTS, reportTable())

const json = (text: string): unknown => JSON.parse(text)

test.each([
  ['docs/reference/commands.md', (page: string) => withTable(page, ORDER_FIELDS, commandTable()), String],
  ['docs/reference/http.md', (page: string) => withTable(page, ORDER_FIELDS, requestTable()), String],
  ['docs/reference/lake.md', lakePage, String],
  ['docs/operate/monitoring.md', (page: string) => withTable(page, METRICS, metricTables()), String],
  ['docs/operate/grafana-dashboard.json', grafanaDashboard, json],
  ['infra/place-order.schema.json', placeOrderModel, json],
  ['infra/order-columns.json', () => glueColumns('orders'), json],
  ['infra/trade-columns.json', () => glueColumns('trades'), json],
  ['infra/lake-views.json', glueViews, json],
  ['biome.json', biomeConfiguration, json],
] as const)('%s', (name, make, contentOf) => {
  const path = fileURLToPath(new URL(`../../${name}`, import.meta.url))
  const present = readFileSync(path, 'utf8')
  const made = make(present)
  if (process.env.UPDATE_GENERATED === '1') writeFileSync(path, made)
  expect(contentOf(readFileSync(path, 'utf8')), '`npm run generate` writes it anew').toEqual(contentOf(made))
})
