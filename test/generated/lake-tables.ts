/** The columns and views of the lake for Glue, and tables of docs/reference/lake.md, from src/lake and its reports. */

import { GLUE_TYPES, LAKE_TABLES, type LakeTable, lakeColumns } from '../../src/lake/lake-columns.ts'
import { countedOnce, DELIVERED_TABLES } from '../../src/lake/lake-views.ts'
import type { ReportOption } from '../../src/lake-query/reports/report.ts'
import { REPORTS } from '../../src/lake-query/reports/reports.ts'

/** A file of infra: name, type and comment of each column. */
export const glueColumns = (table: LakeTable): string =>
  `${JSON.stringify(
    lakeColumns(table).map(({ name, type, meaning }) => [name, GLUE_TYPES[type], meaning]),
    null,
    2,
  )}\n`

/** The views of infra: where the rows of each are delivered, and its SQL. */
export const glueViews = (): string =>
  `${JSON.stringify(
    Object.fromEntries(
      LAKE_TABLES.map((table) => [table, { delivered: DELIVERED_TABLES[table], sql: countedOnce(table) }]),
    ),
    null,
    2,
  )}\n`

/** Both tables of the page. */
export function lakeTables(): string {
  return LAKE_TABLES.map((table) => `### ${table}\n\n${markdown(table)}`).join('\n\n')
}

function markdown(table: LakeTable): string {
  const lines = lakeColumns(table).map(
    ({ name, type, required, meaning }) =>
      `| \`${name}\` | \`${GLUE_TYPES[type]}\` | ${required ? 'never' : 'may be'} | ${meaning.replaceAll('|', '\\|')} |`,
  )
  return ['| column | type | NULL | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

/** Every report takes these, so the page says it once. */
const OF_EVERY_REPORT: readonly ReportOption[] = ['symbol', 'from', 'to']

/** The reports of the page. */
export function reportTable(): string {
  const lines = REPORTS.map(({ name, summary, takes }) => {
    const further = takes.filter((option) => !OF_EVERY_REPORT.includes(option)).map((option) => `\`--${option}\``)
    return `| \`${name}\` | ${summary} |${further.length === 0 ? '' : ` ${further.join(', ')}`} |`
  })
  return ['| report | what it says | further options |', '| --- | --- | --- |', ...lines].join('\n')
}
