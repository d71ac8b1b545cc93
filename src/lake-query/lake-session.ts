/**
 * DuckDB over a lake, in memory, for one query at a time. After its views are made the session is locked: it reads
 * files below the lake only, installs nothing, and its settings cannot be changed. Memory, threads and temporary files
 * are bounded. `close` removes the temporary files.
 */

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { LAKE_TABLES } from '../lake/lake-columns.ts'
import { QUERY_TEMPORARY_MIB_MAX } from '../protocol/limits.ts'
import { type LakeFolder, readLakeFolder } from './lake-folder.ts'
import { LAKE_SCHEMA, MACROS, quoted, readFiles, viewOf } from './lake-views.ts'
import { queryFailure, unreadableFile } from './query-failure.ts'
import { makeTemporaryFolder, removeTemporary } from './temporary-files.ts'

export interface SessionOptions {
  /** The folder of the lake. */
  readonly lake: string
  readonly memoryMiB: number
  readonly threads: number
}

export class LakeSession {
  readonly connection: DuckDBConnection
  private readonly instance: DuckDBInstance
  private readonly options: SessionOptions
  private readonly temporary: string
  private folder: LakeFolder

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    options: SessionOptions,
    temporary: string,
    folder: LakeFolder,
  ) {
    this.instance = instance
    this.connection = connection
    this.options = options
    this.temporary = temporary
    this.folder = folder
  }

  /** Throws QueryFailure if the lake cannot be read. `writesTo`: the only other folder that our own statements use. */
  static async open(options: SessionOptions, writesTo?: string): Promise<LakeSession> {
    const folder = readLakeFolder(options.lake)
    const temporary = makeTemporaryFolder()
    try {
      const instance = await DuckDBInstance.create(':memory:', settings(options, temporary))
      const session = new LakeSession(instance, await instance.connect(), options, temporary, folder)
      try {
        await session.prepare(writesTo)
        return session
      } catch (cause) {
        session.close()
        throw cause
      }
    } catch (cause) {
      removeTemporary(temporary)
      throw queryFailure(cause)
    }
  }

  get memoryMiB(): number {
    return this.options.memoryMiB
  }

  /** Files that the views read. */
  get files(): number {
    return LAKE_TABLES.reduce((sum, table) => sum + this.folder.tables[table].paths.length, 0)
  }

  /** Lists the files again, after one of them was deleted. */
  async refresh(): Promise<void> {
    this.folder = readLakeFolder(this.options.lake)
    await this.createViews()
  }

  close(): void {
    this.connection.closeSync()
    this.instance.closeSync()
    removeTemporary(this.temporary)
  }

  private async prepare(writesTo: string | undefined): Promise<void> {
    await this.connection.run(`CREATE SCHEMA ${LAKE_SCHEMA}`)
    await this.connection.run(`USE ${LAKE_SCHEMA}`)
    for (const macro of MACROS) await this.connection.run(macro)
    await this.createViews()
    const folders = [this.folder.root, ...(writesTo === undefined ? [] : [writesTo])]
    await this.connection.run(`SET TimeZone = 'UTC';
      SET allow_persistent_secrets = false;
      SET enable_progress_bar = true;
      SET enable_progress_bar_print = false;
      SET allowed_directories = [${folders.map(quoted).join(', ')}];
      SET enable_external_access = false;
      SET lock_configuration = true`)
  }

  private async createViews(): Promise<void> {
    for (const table of LAKE_TABLES) {
      const files = this.folder.tables[table]
      await this.connection.run(viewOf(table, files, await this.columnsOf(files.paths)))
    }
  }

  private async columnsOf(paths: readonly string[]): Promise<ReadonlySet<string>> {
    if (paths.length === 0) return new Set()
    try {
      const described = await this.connection.runAndReadAll(`DESCRIBE SELECT * FROM ${readFiles(paths)}`)
      return new Set(described.getRows().map(([name]) => String(name).toLowerCase()))
    } catch (cause) {
      throw unreadableFile(cause)
    }
  }
}

const settings = ({ memoryMiB, threads }: SessionOptions, temporary: string): Record<string, string> => ({
  memory_limit: `${memoryMiB}MiB`,
  threads: String(threads),
  temp_directory: temporary,
  max_temp_directory_size: `${QUERY_TEMPORARY_MIB_MAX}MiB`,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
})
