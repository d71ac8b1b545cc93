/** An event source mapping of a stream to a function, with Terraform's settings. */

import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { FUNCTIONS, StreamDefinition } from '../../adapters/aws/resources.ts'
import { NotInvoked } from '../../event-source-mapping/batch-delivery.ts'
import { type RunningMapping, startMapping } from '../../event-source-mapping/event-source-mapping.ts'
import { KinesisSource, type StreamWrites } from '../../event-source-mapping/kinesis-source.ts'
import { MAPPING_DEFAULTS, type MappingOptions } from '../../event-source-mapping/mapping-options.ts'
import { FunctionFailed, type LocalFunction } from './local-function.ts'
import { REGION } from './stack-environment.ts'

/** Only the poll is more frequent, because it is free here. */
const OFTEN = { pollMs: 20, retryDelayMs: 50 }

/** Of KDS_Orders. */
export const MATCHER_MAPPING: MappingOptions = {
  ...MAPPING_DEFAULTS,
  ...OFTEN,
  batchSize: 1_000,
  reportBatchItemFailures: true,
}

/** Of KDS_Events. */
export const NOTIFIER_MAPPING: MappingOptions = {
  ...MAPPING_DEFAULTS,
  ...OFTEN,
  batchSize: 100,
  bisectBatchOnFunctionError: true,
  retryAttemptsMax: 3,
  recordAgeMaxMs: 60_000,
}

export interface FunctionMapping {
  readonly client: KinesisClient
  readonly stream: StreamDefinition
  /** Absent: the streams are polled all the time. */
  readonly writes?: StreamWrites | undefined
  readonly target: (typeof FUNCTIONS)[keyof typeof FUNCTIONS]
  readonly invoked: LocalFunction
  readonly options: MappingOptions
  /** By shard: the position of the mapping. */
  readonly checkpoints: Map<string, string>
  repeat?(): boolean
  onLine(functionName: string, line: string): void
}

export function mapStream(mapping: FunctionMapping): RunningMapping {
  const { target, onLine, repeat } = mapping
  const running = startMapping({
    functionName: target.name,
    source: new KinesisSource(mapping.client, mapping.stream.name, REGION, mapping.writes),
    options: mapping.options,
    checkpoints: mapping.checkpoints,
    invoke: async (event) => {
      try {
        return await mapping.invoked.invoke(event)
      } catch (cause) {
        onLine(target.name, String(cause))
        throw cause instanceof FunctionFailed ? cause : new NotInvoked(String(cause))
      }
    },
    ...(repeat !== undefined && { repeat }),
    onFailure: async (document) => onLine(target.name, JSON.stringify(document)),
  })
  running.ended.catch((cause) => onLine('mapping', `the mapping to ${target.name} has stopped: ${cause}`))
  return running
}
