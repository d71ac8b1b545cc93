/** Receives the events of a stream, and each record behind its events. */

import type { EventFold } from '../protocol/event/event-cursor.ts'
import type { StreamRecord } from './order-stream.ts'

/** Where a record is, and when it arrived: two streams seldom have the same at one position. */
export type RecordPlace = Pick<StreamRecord, 'position' | 'timestampMs'>

export interface RecordFold extends EventFold {
  /** All events of the record were taken. A record may have none. */
  recordTaken(record: RecordPlace): void
}
