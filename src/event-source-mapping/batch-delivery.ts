/**
 * Delivers one batch to the function until each of its records is done or given up. A failed batch is
 * delivered again as a whole, or from the first reported failure, or in halves. Only whole repetitions count
 * as retries. Records of the batch are finished in sequence.
 */

import { firstFailure } from './batch-response.ts'
import type { GivenUp } from './mapping-event.ts'
import { type MappingOptions, RETRY_DELAY_MAX_MS } from './mapping-options.ts'
import type { SourceRecord } from './stream-source.ts'

export interface DeliveryPorts {
  /** Rejects if the function failed, timed out or was killed; with {@link NotInvoked} if it never started. */
  invoke(records: readonly SourceRecord[]): Promise<unknown>
  /** These records are done. Called in sequence. */
  finished(records: readonly SourceRecord[]): void
  giveUp(records: readonly SourceRecord[], condition: GivenUp, invocations: number): Promise<void>
  /** Whether to deliver a successful batch once more, as at-least-once delivery allows. */
  repeat?(): boolean
  nowMs(): number
  delay(delayMs: number): Promise<void>
  stopped(): boolean
}

/** The function could not be invoked. This does not count as a retry of the batch. */
export class NotInvoked extends Error {
  override readonly name = 'NotInvoked'
}

interface Part {
  readonly records: readonly SourceRecord[]
  /** Whole repetitions so far. */
  readonly retries: number
}

export async function deliver(
  batch: readonly SourceRecord[],
  options: MappingOptions,
  ports: DeliveryPorts,
): Promise<void> {
  const parts: Part[] = [{ records: batch, retries: 0 }]
  let failures = 0
  for (let part = parts.shift(); part !== undefined && !ports.stopped(); part = parts.shift()) {
    const records = await withoutAged(part, options, ports)
    if (records.length === 0) continue
    const outcome = await attempt(records, options, ports)
    if (outcome === 'not invoked') {
      await pause(++failures, options, ports)
      parts.unshift({ records, retries: part.retries })
      continue
    }
    if (outcome.first > 0) {
      ports.finished(records.slice(0, outcome.first))
      failures = 0
    }
    const rest = records.slice(outcome.first)
    if (rest.length === 0) continue
    if (outcome.first > 0) {
      // A partial response: the batch continues at the first failure, with a new count of retries.
      parts.unshift({ records: rest, retries: 0 })
    } else if (options.bisectBatchOnFunctionError && rest.length > 1) {
      const half = rest.length >> 1
      parts.unshift(
        { records: rest.slice(0, half), retries: part.retries },
        { records: rest.slice(half), retries: part.retries },
      )
    } else if (options.retryAttemptsMax >= 0 && part.retries >= options.retryAttemptsMax) {
      await ports.giveUp(rest, 'RetryAttemptsExhausted', part.retries + 1)
      ports.finished(rest)
      continue
    } else {
      parts.unshift({ records: rest, retries: part.retries + 1 })
    }
    await pause(++failures, options, ports)
  }
}

/** Gives up the records that are older than MaximumRecordAge. */
async function withoutAged(part: Part, { recordAgeMaxMs }: MappingOptions, ports: DeliveryPorts) {
  if (recordAgeMaxMs < 0) return part.records
  const oldestMs = ports.nowMs() - recordAgeMaxMs
  const young = part.records.findIndex(({ arrivedAtMs }) => arrivedAtMs >= oldestMs)
  const aged = young < 0 ? part.records : part.records.slice(0, young)
  if (aged.length > 0) {
    await ports.giveUp(aged, 'MaximumRecordAgeExceeded', part.retries)
    ports.finished(aged)
  }
  return part.records.slice(aged.length)
}

async function attempt(
  records: readonly SourceRecord[],
  { reportBatchItemFailures }: MappingOptions,
  ports: DeliveryPorts,
): Promise<{ first: number } | 'not invoked'> {
  try {
    const response = await ports.invoke(records)
    if (!reportBatchItemFailures) return { first: records.length }
    const numbers = records.map(({ sequenceNumber }) => sequenceNumber)
    const first = firstFailure(response, numbers)
    if (first === records.length && ports.repeat?.() === true) {
      return { first: firstFailure(await ports.invoke(records), numbers) }
    }
    return { first }
  } catch (cause) {
    return cause instanceof NotInvoked ? 'not invoked' : { first: 0 }
  }
}

function pause(failures: number, { retryDelayMs }: MappingOptions, ports: DeliveryPorts): Promise<void> {
  return ports.delay(Math.min(RETRY_DELAY_MAX_MS, retryDelayMs * 2 ** Math.min(failures - 1, 10)))
}
