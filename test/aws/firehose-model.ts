/**
 * A model of Firehose for the lake: it calls the function as Firehose does, files the rows by the partition keys of the
 * answer, reads them as Hive's JSON reader does (decision 0040 has the sources), and writes Parquet of the columns of
 * infra. Rows that the reader would refuse, or read as NULL although they have a value, are errors.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { _Record } from '@aws-sdk/client-kinesis'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from 'aws-lambda'
import { LAKE_TABLES, type LakeTable } from '../../src/lake/lake-columns.ts'
import { infra } from '../infra/workspace.ts'

type Columns = readonly (readonly [name: string, type: string, comment: string])[]
type Transform = (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult>

const FILES = { orders: 'order-columns.json', trades: 'trade-columns.json' } as const
const columnsOf = (table: LakeTable): Columns => JSON.parse(readFileSync(join(infra, FILES[table]), 'utf8'))

/** How DuckDB reads the text of a line, and the value that Hive's reader makes of it. */
const CONVERSIONS: Readonly<Record<string, { readonly read: string; readonly made: (name: string) => string }>> = {
  string: { read: 'VARCHAR', made: (name) => name },
  boolean: { read: 'BOOLEAN', made: (name) => name },
  bigint: { read: 'BIGINT', made: (name) => name },
  timestamp: { read: 'BIGINT', made: (name) => `make_timestamp(${name} * 1000)` },
  'decimal(38,12)': { read: 'VARCHAR', made: (name) => `CAST(${name} AS DECIMAL(38,12))` },
}

const READABLE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  bigint: Number.isSafeInteger,
  timestamp: Number.isSafeInteger,
  // HiveDecimal.create takes more; this is what has no rounding.
  'decimal(38,12)': (value) => typeof value === 'string' && /^\d{1,26}(\.\d{1,12})?$/.test(value),
}

export class FirehoseModel {
  private readonly folder: string
  private readonly database: DuckDBConnection
  private readonly transform: Transform
  private files = 0

  /** The lake is made in `folder`. */
  constructor(folder: string, database: DuckDBConnection, transform: Transform) {
    this.folder = folder
    this.database = database
    this.transform = transform
  }

  /** Delivers the records of a stream to the folder of the table. Returns the results by name. */
  async deliver(table: LakeTable, stream: string, records: readonly _Record[]): Promise<string[]> {
    const arn = `arn:aws:kinesis:eu-central-1:123456789012:stream/${stream}`
    const answer = await this.transform({
      invocationId: 'invocation',
      deliveryStreamArn: `arn:aws:firehose:eu-central-1:123456789012:deliverystream/exchange-${table}`,
      sourceKinesisStreamArn: arn,
      region: 'eu-central-1',
      records: records.map(({ Data = new Uint8Array(), PartitionKey = '', SequenceNumber = '' }, index) => ({
        recordId: String(index),
        approximateArrivalTimestamp: 0,
        data: Buffer.from(Data).toString('base64'),
        kinesisRecordMetadata: {
          shardId: 'shardId-000000000000',
          partitionKey: PartitionKey,
          approximateArrivalTimestamp: 0,
          sequenceNumber: SequenceNumber,
          subsequenceNumber: '0',
        },
      })),
    })
    const lines = new Map<string, string>()
    for (const { result, data = '', metadata } of answer.records) {
      if (result !== 'Ok') continue
      const { year, month, day } = metadata?.partitionKeys ?? {}
      const folder = join(this.folder, table, `year=${year}`, `month=${month}`, `day=${day}`)
      lines.set(folder, (lines.get(folder) ?? '') + Buffer.from(data, 'base64').toString())
    }
    for (const [folder, text] of lines) await this.convert(table, folder, text)
    return answer.records.map(({ result }) => result)
  }

  private async convert(table: LakeTable, folder: string, text: string): Promise<void> {
    const columns = columnsOf(table)
    for (const line of text.trimEnd().split('\n')) checkReadable(columns, JSON.parse(line))
    const name = join(folder, `exchange-${table}-${++this.files}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(`${this.folder}/${table}.ndjson`, text)
    const reads = columns.map(([name, type]) => `"${name}": '${CONVERSIONS[type].read}'`)
    const values = columns.map(([name, type]) => `${CONVERSIONS[type].made(`"${name}"`)} AS "${name}"`)
    await this.database.run(
      `COPY (SELECT ${values.join(', ')} FROM read_json('${this.folder}/${table}.ndjson',
        format = 'newline_delimited', columns = {${reads.join(', ')}})) TO '${name}.parquet' (FORMAT parquet)`,
    )
  }

  /** The tables and views of infra. */
  async catalog(): Promise<void> {
    const views = JSON.parse(readFileSync(join(infra, 'lake-views.json'), 'utf8'))
    await this.database.run('CREATE SCHEMA exchange_data_lake')
    for (const table of LAKE_TABLES) {
      const { delivered, sql } = views[table]
      await this.database.run(
        `CREATE VIEW exchange_data_lake.${delivered} AS FROM read_parquet('${this.folder}/${table}/*/*/*/*.parquet',
          hive_partitioning = true, hive_types = {'year': VARCHAR, 'month': VARCHAR, 'day': VARCHAR})`,
      )
      await this.database.run(`CREATE VIEW exchange_data_lake.${table} AS ${sql}`)
    }
  }
}

function checkReadable(columns: Columns, row: Readonly<Record<string, unknown>>): void {
  const types = new Map(columns.map(([name, type]) => [name, type]))
  for (const [name, value] of Object.entries(row)) {
    const type = types.get(name)
    if (type === undefined) throw new Error(`${name} has no column, and would be lost`)
    if (!READABLE[type]?.(value)) throw new Error(`${name} ${value} is no ${type}`)
  }
}
