/** The stream of events, as the matcher writes it: the events of a publication, in records of a bounded size. */

import { PUBLISHING } from './backoff.ts'
import type { EventStream } from './dynamodb-publisher.ts'
import { eventRecords } from './event-records.ts'
import type { KinesisWriter } from './kinesis-writer.ts'

export class KinesisEventStream implements EventStream {
  private readonly writer: Pick<KinesisWriter, 'appendRecords'>

  constructor(writer: Pick<KinesisWriter, 'appendRecords'>) {
    this.writer = writer
  }

  /** Appends a batch of the feed of one symbol. A copy does no harm. Throws OperationalFailure. */
  append(symbol: string, batch: Uint8Array): Promise<void> {
    return this.writer.appendRecords(symbol, eventRecords(batch), PUBLISHING)
  }
}
