/** Takes the definitions of instruments that a directory does not have yet from the events that follow them. */

import type { EventRecord } from '../../ports/event-record.ts'
import { EventFeedReader } from '../../protocol/event/event-feed-reader.ts'
import type { InstrumentDirectory } from '../../protocol/instrument/instrument-directory.ts'

export function learnInstruments(instruments: InstrumentDirectory, records: readonly EventRecord[]): void {
  for (const record of records) {
    if (record.kind !== 'events' || instruments.has(record.symbol)) continue
    const event = new EventFeedReader(record.batch)
    while (event.next()) if (event.concernsSymbol) instruments.take(event)
  }
}
