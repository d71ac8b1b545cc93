/**
 * The lake of a local stack, as a folder that `bidding-exchange query --lake` reads: a delivery for each table, from its
 * stream through the function ExchangeLake. Files appear about every two seconds, on AWS every five minutes.
 */

import { mkdirSync } from 'node:fs'
import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { KinesisStreamEvent } from 'aws-lambda'
import { NotInvoked } from '../../event-source-mapping/batch-delivery.ts'
import { startMapping } from '../../event-source-mapping/event-source-mapping.ts'
import { KinesisSource, type StreamWrites } from '../../event-source-mapping/kinesis-source.ts'
import { MAPPING_DEFAULTS } from '../../event-source-mapping/mapping-options.ts'
import { LAKE_TABLES } from '../../lake/lake-columns.ts'
import { FirehoseModel, LAKE_STREAMS } from './firehose-model.ts'
import type { LocalFunction } from './local-function.ts'
import { REGION } from './stack-environment.ts'

const DELIVERY = { ...MAPPING_DEFAULTS, batchSize: 1_000, batchingWindowMs: 2_000, pollMs: 100 }

export interface LocalLakeOptions {
  readonly folder: string
  readonly client: KinesisClient
  readonly writes: StreamWrites | undefined
  /** ExchangeLake. */
  readonly transform: LocalFunction
  onLine(name: string, line: string): void
}

/** Runs until `close`. Rows of the last two seconds before it may be missing. */
export async function startLocalLake({ folder, client, writes, transform, onLine }: LocalLakeOptions) {
  mkdirSync(folder, { recursive: true })
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  const firehose = new FirehoseModel(folder, connection, (event) => transform.invoke(event) as never)
  const deliveries = LAKE_TABLES.map((table) => {
    const delivery = startMapping({
      functionName: `Firehose exchange-${table}`,
      source: new KinesisSource(client, LAKE_STREAMS[table].name, REGION, writes),
      options: DELIVERY,
      checkpoints: new Map(),
      invoke: async (event) => {
        const { Records } = event as KinesisStreamEvent
        try {
          const results = await firehose.deliver(
            table,
            Records.map(({ kinesis }) => kinesis),
          )
          if (results.includes('ProcessingFailed')) onLine('lake', `records of ${table} are not in the lake`)
          return undefined
        } catch (cause) {
          onLine('lake', String(cause))
          throw new NotInvoked(String(cause))
        }
      },
      onFailure: async (document) => onLine('lake', JSON.stringify(document)),
    })
    delivery.ended.catch((cause) => onLine('lake', `the delivery of ${table} has stopped: ${cause}`))
    return delivery
  })
  return {
    async close(): Promise<void> {
      await Promise.all(deliveries.map((delivery) => delivery.stop().catch(() => {})))
      connection.closeSync()
      database.closeSync()
    },
  }
}
