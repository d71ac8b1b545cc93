/** What DuckDB reads in a Parquet file, as text. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface ParquetTable {
  /** By name, in the order of the file: the type as DuckDB names it. */
  readonly types: Readonly<Record<string, string>>
  /** Values as DuckDB prints them; null: NULL. */
  readonly rows: readonly Record<string, string | null>[]
}

export class ParquetReader {
  private readonly folder = mkdtempSync(join(tmpdir(), 'parquet-'))
  private files = 0
  private readonly database: DuckDBInstance
  private readonly connection: DuckDBConnection

  private constructor(database: DuckDBInstance, connection: DuckDBConnection) {
    this.database = database
    this.connection = connection
  }

  static async open(): Promise<ParquetReader> {
    const database = await DuckDBInstance.create(':memory:')
    return new ParquetReader(database, await database.connect())
  }

  async read(file: Uint8Array): Promise<ParquetTable> {
    const described = await this.query(file, 'DESCRIBE SELECT * FROM rows')
    const types = described.map((row) => [row.column_name, row.column_type])
    const rows = await this.query(file, 'SELECT COLUMNS(*)::VARCHAR FROM rows')
    return { types: Object.fromEntries(types), rows: rows as ParquetTable['rows'] }
  }

  /** SQL over the table `rows`. */
  async query(file: Uint8Array, sql: string): Promise<readonly Record<string, unknown>[]> {
    // DuckDB may remember a file by its name.
    const path = join(this.folder, `${this.files++}.parquet`)
    writeFileSync(path, file)
    const result = await this.connection.runAndReadAll(sql.replace('FROM rows', `FROM '${path}'`))
    return result.getRowObjects()
  }

  close(): void {
    this.connection.closeSync()
    this.database.closeSync()
    rmSync(this.folder, { recursive: true })
  }
}
