/**
 * The stream of events, as its two writers use it: the matcher appends the events of a publication, and a connection
 * that begins to follow a symbol asks for a snapshot. event-records.ts has the records.
 */

import { ANSWERING, PUBLISHING } from './backoff.ts'
import { eventRecords, type JoinRequest, joinRecord } from './event-records.ts'
import type { KinesisWriter } from './kinesis-writer.ts'

export class KinesisEventStream {
  private readonly writer: Pick<KinesisWriter, 'appendRecords'>

  constructor(writer: Pick<KinesisWriter, 'appendRecords'>) {
    this.writer = writer
  }

  /** Appends a batch of the feed of one symbol. A copy does no harm. Throws OperationalFailure. */
  append(symbol: string, batch: Uint8Array): Promise<void> {
    return this.writer.appendRecords(symbol, eventRecords(batch), PUBLISHING)
  }

  /** A snapshot of the topic follows at this place of the stream. A copy does no harm. Throws OperationalFailure. */
  join(request: JoinRequest): Promise<void> {
    return this.writer.appendRecords(request.symbol, [joinRecord(request)], ANSWERING)
  }
}
