/** The options of an event source mapping, with Lambda's names and defaults; times in milliseconds. */

export interface MappingOptions {
  /** Records in one invocation: 1 … 10,000. */
  readonly batchSize: number
  /** How long an invocation waits for more records. */
  readonly batchingWindowMs: number
  /** Invocations at a time for one shard: 1 … 10. One partition key is never in two of them. */
  readonly parallelizationFactor: number
  /** Invocations of a failing batch after the first; −1: unlimited. */
  readonly retryAttemptsMax: number
  /** Age at which a record is given up; −1: never. */
  readonly recordAgeMaxMs: number
  readonly bisectBatchOnFunctionError: boolean
  readonly reportBatchItemFailures: boolean
  /** Time between reads of a shard without new records, at least. */
  readonly pollMs: number
  /** Delay before the first retry; doubles up to {@link RETRY_DELAY_MAX_MS}. */
  readonly retryDelayMs: number
}

export const MAPPING_DEFAULTS: MappingOptions = {
  batchSize: 100,
  batchingWindowMs: 0,
  parallelizationFactor: 1,
  retryAttemptsMax: -1,
  recordAgeMaxMs: -1,
  bisectBatchOnFunctionError: false,
  reportBatchItemFailures: false,
  pollMs: 250,
  retryDelayMs: 100,
}

export const RETRY_DELAY_MAX_MS = 2_000

/** Bytes of records in one invocation: 6 MB in base64. */
export const BATCH_BYTES_MAX = 4_500_000
