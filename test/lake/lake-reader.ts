/** What a reader of the lake's folder finds: the rows of all files that are not superseded. */

import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { LAKE_TABLES, type LakeTable } from '../../src/lake/lake-columns.ts'
import { currentFiles } from '../../src/lake/lake-files.ts'

const database = await DuckDBInstance.create(':memory:', { threads: '1' })
const connection = await database.connect()

export const sql = async (text: string): Promise<Record<string, unknown>[]> =>
  (await connection.runAndReadAll(text)).getRowObjects()

/** The current files of a table. */
export function lakeFiles(root: string, table: LakeTable): string[] {
  const folder = join(root, table)
  if (!existsSync(folder)) return []
  const byDay = new Map<string, string[]>()
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.startsWith('year=')) continue
    byDay.set(dirname(path), [...(byDay.get(dirname(path)) ?? []), basename(path)])
  }
  return [...byDay].flatMap(([day, names]) => currentFiles(names).map((name) => join(folder, day, name)))
}

/** Rows of a query over the files of a table; none without files. */
export async function lakeRows(root: string, table: LakeTable, columns: string): Promise<Record<string, unknown>[]> {
  const files = lakeFiles(root, table)
  if (files.length === 0) return []
  const list = files.map((path) => `'${path}'`).join(', ')
  return sql(
    `SELECT ${columns} FROM read_parquet([${list}], hive_partitioning=true, hive_types={'year':VARCHAR,'month':VARCHAR,'day':VARCHAR}, union_by_name=true)`,
  )
}

/** Table, day, symbol and number of the event of each row, sorted. */
export async function lakeKeys(root: string): Promise<string[]> {
  const keys: string[] = []
  for (const table of LAKE_TABLES) {
    const columns = "concat_ws('-', year, month, day) AS day, symbol, eventnumber"
    for (const { day, symbol, eventnumber } of await lakeRows(root, table, columns)) {
      keys.push(`${table} ${day} ${symbol} ${eventnumber}`)
    }
  }
  return keys.sort()
}
