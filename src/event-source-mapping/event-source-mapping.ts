/**
 * Lambda's event source mapping for a Kinesis stream, as its documentation describes it: batches, checkpoints,
 * retries, and shards that are split or merged while they are read. A child shard starts after all its parents
 * are done. The caller stores the checkpoints. A new mapping can therefore replace a failed one, and delivers
 * the unfinished records again.
 */

import { type DeliveryPorts, deliver } from './batch-delivery.ts'
import { type FailureDocument, failureDocument, invocationEvent } from './mapping-event.ts'
import type { MappingOptions } from './mapping-options.ts'
import { consumeShard } from './shard-consumer.ts'
import type { StreamSource } from './stream-source.ts'

/** A shard that is done to its end. */
export const DONE = 'done'

export interface Mapping {
  readonly functionName: string
  readonly source: StreamSource
  readonly options: MappingOptions
  /** By shard: the last record that is done, or {@link DONE}. */
  readonly checkpoints: Map<string, string>
  invoke(event: object): Promise<unknown>
  /** The on-failure destination. */
  onFailure(document: FailureDocument): Promise<void>
  /** Whether to deliver a successful batch once more. */
  repeat?(): boolean
}

export interface RunningMapping {
  /** Stops the mapping after the present invocations. */
  stop(): Promise<void>
  /** Rejects if the mapping itself fails. Failures of the function lead to retries instead. */
  readonly ended: Promise<void>
}

/** Interval of the search for new shards, besides those at the end of a shard. */
const DISCOVERY_MS = 250

export function startMapping(mapping: Mapping): RunningMapping {
  const state = new MappingState()
  const ended = run(mapping, state)
  // `ended` and `stop` report a failure. Without this handler it would end the process as an unhandled rejection.
  ended.catch(() => {})
  return {
    ended,
    stop: () => {
      state.stop()
      return ended
    },
  }
}

class MappingState {
  isStopped = false
  private wake = () => {}

  stop(): void {
    this.isStopped = true
    this.wake()
  }

  /** A shard that has ended may have children. */
  shardEnded(): void {
    this.wake()
  }

  async nextDiscovery(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DISCOVERY_MS)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (this.isStopped) this.wake()
    })
  }
}

async function run(mapping: Mapping, state: MappingState): Promise<void> {
  const stopped = () => state.isStopped
  const { source, checkpoints, options } = mapping
  const consumers = new Map<string, Promise<void>>()
  let failure: { cause: unknown } | undefined
  while (!stopped() && failure === undefined) {
    const shards = await source.shards()
    const known = new Set(shards.map(({ shardId }) => shardId))
    for (const { shardId, parents } of shards) {
      const ready = parents.every((parent) => !known.has(parent) || checkpoints.get(parent) === DONE)
      if (!ready || consumers.has(shardId) || checkpoints.get(shardId) === DONE) continue
      const consumer = consumeShard(shardId, checkpoints.get(shardId), options, {
        source,
        deliver: (batch, finished) => deliver(batch, options, deliveryPorts(mapping, shardId, finished, stopped)),
        checkpoint: (sequenceNumber) => checkpoints.set(shardId, sequenceNumber),
        delay,
        nowMs: Date.now,
        stopped,
      })
      consumers.set(
        shardId,
        consumer
          .then(
            (done) => {
              if (done) checkpoints.set(shardId, DONE)
            },
            (cause: unknown) => {
              failure ??= { cause }
            },
          )
          .finally(() => state.shardEnded()),
      )
    }
    await state.nextDiscovery()
  }
  await Promise.all(consumers.values())
  if (failure !== undefined) throw failure.cause
}

function deliveryPorts(
  mapping: Mapping,
  shardId: string,
  finished: DeliveryPorts['finished'],
  stopped: () => boolean,
): DeliveryPorts {
  const names = { streamArn: mapping.source.streamArn, shardId, functionName: mapping.functionName }
  return {
    invoke: (records) => mapping.invoke(invocationEvent(records, names)),
    finished,
    giveUp: (records, condition, invocations) =>
      mapping.onFailure(failureDocument(records, names, condition, invocations, Date.now())),
    ...(mapping.repeat !== undefined && { repeat: mapping.repeat }),
    nowMs: Date.now,
    delay,
    stopped,
  }
}

const delay = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
