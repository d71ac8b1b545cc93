/**
 * A model of Firehose's deliveries into the lake: it calls ExchangeLake as Firehose does, files the rows by the
 * partition keys of the answer, reads them as Hive's JSON reader does (decision 0040 has the sources), and writes
 * Parquet of the columns of Glue. What the reader would refuse, or not write as it is, is an error. Records for which
 * the function has no rows are left out. Firehose's raw records and files of errors are not made.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda'
import { STREAMS } from '../../adapters/aws/resources.ts'
import { type LakeTable, type LakeType, lakeColumns } from '../../lake/lake-columns.ts'
import { REGION } from './stack-environment.ts'

/** The stream from which the rows of a table are made (infra/firehose.tf). */
export const LAKE_STREAMS = { orders: STREAMS.events, trades: STREAMS.trades } as const

export interface StreamRecord {
  readonly partitionKey: string
  readonly sequenceNumber: string
  /** Base64. */
  readonly data: string
}

type Transform = (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult>

/** How DuckDB reads a value of a line, and what Hive's reader makes of it. */
const CONVERSIONS: Readonly<Record<LakeType, { readonly read: string; readonly made: (name: string) => string }>> = {
  text: { read: 'VARCHAR', made: (name) => name },
  flag: { read: 'BOOLEAN', made: (name) => name },
  count: { read: 'BIGINT', made: (name) => name },
  time: { read: 'BIGINT', made: (name) => `make_timestamp(${name} * 1000)` },
  decimal: { read: 'VARCHAR', made: (name) => `CAST(${name} AS DECIMAL(38, 12))` },
}

const READABLE: Readonly<Record<LakeType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  count: Number.isSafeInteger,
  time: Number.isSafeInteger,
  // The reader takes more. This is what the column has exactly.
  decimal: (value) => typeof value === 'string' && /^\d{1,26}(\.\d{1,12})?$/.test(value),
}

export class FirehoseModel {
  private readonly folder: string
  private readonly database: DuckDBConnection
  private readonly transform: Transform
  private files = 0

  /** The tables are folders in `folder`. */
  constructor(folder: string, database: DuckDBConnection, transform: Transform) {
    this.folder = folder
    this.database = database
    this.transform = transform
  }

  /** Delivers records of the table's stream. Returns the results of the function. */
  async deliver(table: LakeTable, records: readonly StreamRecord[]): Promise<string[]> {
    const account = `${REGION}:000000000000`
    const { records: results } = await this.transform({
      invocationId: String(this.files),
      deliveryStreamArn: `arn:aws:firehose:${account}:deliverystream/exchange-${table}`,
      sourceKinesisStreamArn: `arn:aws:kinesis:${account}:stream/${LAKE_STREAMS[table].name}`,
      region: REGION,
      records: records.map(({ data, partitionKey, sequenceNumber }) => ({
        recordId: sequenceNumber,
        approximateArrivalTimestamp: 0,
        data,
        kinesisRecordMetadata: {
          shardId: 'shardId-000000000000',
          partitionKey,
          approximateArrivalTimestamp: 0,
          sequenceNumber,
          subsequenceNumber: '0',
        },
      })),
    })
    for (const [day, lines] of linesByDay(results)) await this.convert(table, day, lines)
    return results.map(({ result }) => result)
  }

  private async convert(table: LakeTable, day: string, text: string): Promise<void> {
    const columns = lakeColumns(table)
    const types = new Map(columns.map(({ name, type }) => [name, type]))
    for (const line of text.trimEnd().split('\n')) checkReadable(types, JSON.parse(line))
    const folder = join(this.folder, table, day)
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `exchange-${table}-${++this.files}`)
    writeFileSync(`${file}.ndjson`, text)
    const reads = columns.map(({ name, type }) => `"${name}": '${CONVERSIONS[type].read}'`)
    const values = columns.map(({ name, type }) => `${CONVERSIONS[type].made(`"${name}"`)} AS "${name}"`)
    await this.database.run(
      `COPY (SELECT ${values.join(', ')} FROM read_json('${escaped(file)}.ndjson', format = 'newline_delimited',
        columns = {${reads.join(', ')}})) TO '${escaped(file)}.parquet' (FORMAT parquet)`,
    )
    rmSync(`${file}.ndjson`)
  }
}

/** By the folder of the partition. */
function linesByDay(results: readonly FirehoseTransformationResultRecord[]): Map<string, string> {
  const lines = new Map<string, string>()
  for (const { result, data = '', metadata } of results) {
    if (result !== 'Ok') continue
    const { year, month, day } = metadata?.partitionKeys ?? {}
    const folder = `year=${year}/month=${month}/day=${day}`
    lines.set(folder, (lines.get(folder) ?? '') + Buffer.from(data, 'base64').toString())
  }
  return lines
}

function checkReadable(types: ReadonlyMap<string, LakeType>, row: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(row)) {
    const type = types.get(name)
    if (type === undefined) throw new Error(`${name} has no column, and would be lost`)
    if (!READABLE[type](value)) throw new Error(`${name} ${value} is no ${type}`)
  }
}

const escaped = (path: string): string => path.replaceAll("'", "''")
