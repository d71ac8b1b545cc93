/**
 * The heartbeat runs once a minute. It sends the time into the stream of every instrument that is not closed,
 * because in a quiet market no other command would make orders expire. Then it sends the instruments of a new
 * exchange, until that is done. Many symbols are sent in groups with a pause between them, because a shard
 * accepts 1,000 records a second and orders need most of them.
 *
 * A closed instrument gets the time only while its matcher has something left to do: to match records that were kept
 * for it, or to make a snapshot of its last records. Without that snapshot, a rebuild would have to read more and more
 * of the stream, and fail in the end.
 */

import type { DynamoMarks } from '../../adapters/aws/dynamodb-marks.ts'
import type { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import type { InstrumentSeed } from '../../adapters/aws/instrument-seed.ts'
import { failureOf } from '../../entry/failed-receipt.ts'
import type { OrderEntry } from '../../ports/order-entry.ts'
import type { StoredMark } from '../../ports/publisher.ts'
import type { Command } from '../../protocol/command/commands.ts'

export interface HeartbeatParts {
  readonly instruments: Pick<FollowedInstruments, 'directory' | 'refresh'>
  readonly marks: Pick<DynamoMarks, 'marks'>
  readonly seed: Pick<InstrumentSeed, 'sow'>
  readonly entry: Pick<OrderEntry, 'submit'>
  readonly nowMs: () => number
  readonly pause: (delayMs: number) => Promise<void>
}

/** At most 400 records a second. */
const GROUP = 100
const PAUSE_MS = 250

/** Throws OperationalFailure. The next heartbeat sends what is missing. */
export async function heartbeat({ instruments, marks, seed, entry, nowMs, pause }: HeartbeatParts): Promise<void> {
  const send = async (commands: readonly Command[]): Promise<void> => {
    for (let i = 0; i < commands.length; i += GROUP) {
      if (i > 0) await pause(PAUSE_MS)
      const receipts = await entry.submit(commands.slice(i, i + GROUP))
      for (const receipt of receipts) if (receipt.kind === 'failed') throw failureOf(receipt)
    }
  }
  await instruments.refresh()
  const all = [...instruments.directory.values()]
  const closed = all.filter((instrument) => instrument.closed).map(({ symbol }) => symbol)
  const rows = closed.length === 0 ? new Map<string, StoredMark>() : await marks.marks(closed)
  const due = all.filter((instrument) => !instrument.closed || isUnfinished(rows.get(instrument.symbol)))
  await send(due.map(({ symbol }) => ({ kind: 'AdvanceTime', symbol })))
  // Last: a bad seed must not keep orders from expiring.
  await seed.sow(instruments.directory, send, nowMs())
}

const isUnfinished = (mark: StoredMark | undefined): boolean =>
  mark !== undefined && (mark.state !== undefined || (mark.snapshot?.position ?? '') < mark.position)
