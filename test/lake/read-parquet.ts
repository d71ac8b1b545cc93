/** What DuckDB reads in a Parquet file, as text. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

export interface ParquetTable {
  /** By name, in the order of the file: the type as DuckDB names it. */
  readonly types: Readonly<Record<string, string>>
  /** Values as DuckDB prints them; null: NULL. */
  readonly rows: readonly Record<string, string | null>[]
}

export async function readParquet(file: Uint8Array): Promise<ParquetTable> {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-'))
  const path = join(folder, 'rows.parquet')
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  try {
    writeFileSync(path, file)
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`)
    const types = described.getRowObjects().map((row) => [row.column_name, row.column_type])
    const read = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM '${path}'`)
    return { types: Object.fromEntries(types), rows: read.getRowObjects() as ParquetTable['rows'] }
  } finally {
    connection.closeSync()
    database.closeSync()
    rmSync(folder, { recursive: true })
  }
}
