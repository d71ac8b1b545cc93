/**
 * Reads one shard to its end and passes its records to lanes; there are as many lanes as parallel invocations. A
 * partition key always uses the same lane, so that its records stay in order. The checkpoint is the last record
 * before the first unfinished one. Records beyond it that another lane has finished would be delivered again.
 */

import { createHash } from 'node:crypto'
import { BATCH_BYTES_MAX, type MappingOptions } from './mapping-options.ts'
import type { Page, SourceRecord, StreamSource } from './stream-source.ts'

export interface ConsumerPorts {
  readonly source: StreamSource
  /** Resolves when each record of the batch was passed to `finished`, or when the mapping has stopped. */
  deliver(batch: readonly SourceRecord[], finished: (records: readonly SourceRecord[]) => void): Promise<void>
  checkpoint(sequenceNumber: string): void
  delay(delayMs: number): Promise<void>
  nowMs(): number
  stopped(): boolean
}

/** Batches that are read ahead for each lane. */
const BATCHES_AHEAD = 2

/** After this many failed reads in a row, the mapping fails. A throttled shard refuses reads for some seconds only. */
const FAILED_READS_MAX = 100
const FAILED_READ_DELAY_MAX_MS = 1_000

/** Resolves with true when the shard is closed and all its records are done, with false when it is stopped. */
export async function consumeShard(
  shardId: string,
  after: string | undefined,
  options: MappingOptions,
  ports: ConsumerPorts,
): Promise<boolean> {
  const unfinished: { readonly sequenceNumber: string; done: boolean }[] = []
  const finished = (records: readonly SourceRecord[]) => {
    const numbers = new Set(records.map(({ sequenceNumber }) => sequenceNumber))
    for (const each of unfinished) if (numbers.has(each.sequenceNumber)) each.done = true
    let last: string | undefined
    while (unfinished[0]?.done === true) last = unfinished.shift()?.sequenceNumber
    if (last !== undefined) ports.checkpoint(last)
  }
  const lanes = Array.from({ length: options.parallelizationFactor }, () => new Lane(options, ports, finished))
  const ahead = options.batchSize * options.parallelizationFactor * BATCHES_AHEAD
  let read = after
  let failedReads = 0
  while (!ports.stopped()) {
    for (const { failure } of lanes) if (failure !== undefined) throw failure
    const room = ahead - unfinished.length
    let page: Page = NOTHING
    try {
      if (room > 0) page = await ports.source.read(shardId, read, Math.min(room, 10_000))
      failedReads = 0
    } catch (cause) {
      if (++failedReads > FAILED_READS_MAX) throw cause
      await ports.delay(Math.min(FAILED_READ_DELAY_MAX_MS, options.pollMs * 2 ** Math.min(failedReads, 10)))
      continue
    }
    for (const record of page.records) {
      unfinished.push({ sequenceNumber: record.sequenceNumber, done: false })
      lanes[laneOf(record.partitionKey, lanes.length)].push(record)
      read = record.sequenceNumber
    }
    if (page.end) {
      await Promise.all(lanes.map((lane) => lane.drained()))
      return unfinished.length === 0
    }
    if (page.records.length > 0) continue
    await ports.delay(room > 0 ? options.pollMs : 5)
    if (room > 0) await ports.source.changed?.(shardId)
  }
  await Promise.all(lanes.map((lane) => lane.drained()))
  return false
}

const NOTHING: Page = { records: [], end: false }

/** Gathers batches and delivers one at a time. */
class Lane {
  failure: unknown
  private readonly queue: SourceRecord[] = []
  private readonly options: MappingOptions
  private readonly ports: ConsumerPorts
  private readonly finished: (records: readonly SourceRecord[]) => void
  private oldestAtMs = 0
  private running: Promise<void> | undefined

  constructor(options: MappingOptions, ports: ConsumerPorts, finished: (records: readonly SourceRecord[]) => void) {
    this.options = options
    this.ports = ports
    this.finished = finished
  }

  push(record: SourceRecord): void {
    if (this.queue.length === 0) this.oldestAtMs = this.ports.nowMs()
    this.queue.push(record)
    this.running ??= this.run()
      .catch((cause: unknown) => {
        this.failure = cause
      })
      .finally(() => {
        this.running = undefined
      })
  }

  async drained(): Promise<void> {
    while (this.running !== undefined) await this.running
    if (this.failure !== undefined) throw this.failure
  }

  private async run(): Promise<void> {
    // Records that are pushed in the same turn of the event loop form one batch.
    await null
    while (this.queue.length > 0 && !this.ports.stopped()) {
      if (this.mayWait()) await this.ports.delay(Math.min(10, this.options.batchingWindowMs))
      else await this.ports.deliver(this.nextBatch(), this.finished)
    }
  }

  private mayWait(): boolean {
    const { batchSize, batchingWindowMs } = this.options
    return this.queue.length < batchSize && this.ports.nowMs() - this.oldestAtMs < batchingWindowMs
  }

  private nextBatch(): SourceRecord[] {
    let bytes = 0
    let count = 0
    while (count < this.queue.length && count < this.options.batchSize) {
      bytes += this.queue[count].data.length
      if (count > 0 && bytes > BATCH_BYTES_MAX) break
      count++
    }
    const batch = this.queue.splice(0, count)
    this.oldestAtMs = this.ports.nowMs()
    return batch
  }
}

function laneOf(partitionKey: string, lanes: number): number {
  return lanes === 1 ? 0 : createHash('md5').update(partitionKey).digest().readUInt32BE(0) % lanes
}
