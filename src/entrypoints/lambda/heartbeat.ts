/**
 * The heartbeat runs once a minute. It sends the time into the stream of each symbol that needs a record although no
 * order arrives (shard/quiet-symbols.ts): in a quiet market no other command would make orders expire. Then it sends
 * the instruments of a new exchange, until that is done. Many symbols are sent in groups with a pause between them,
 * because a shard accepts 1,000 records a second and orders need most of them.
 *
 * It keeps nothing between two runs. If it fails, the next run finds the same symbols.
 */

import type { FollowedInstruments } from '../../adapters/aws/followed-instruments.ts'
import type { InstrumentSeed } from '../../adapters/aws/instrument-seed.ts'
import { failureOf } from '../../entry/failed-receipt.ts'
import type { OrderEntry } from '../../ports/order-entry.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { type StoredPlaces, symbolsDue } from '../../shard/quiet-symbols.ts'

export interface HeartbeatParts {
  readonly instruments: Pick<FollowedInstruments, 'directory' | 'refresh'>
  readonly places: { read(): Promise<StoredPlaces> }
  readonly seed: Pick<InstrumentSeed, 'sow'>
  readonly entry: Pick<OrderEntry, 'submit'>
  readonly nowMs: () => number
  readonly pause: (delayMs: number) => Promise<void>
}

/** At most 400 records a second. */
const GROUP = 100
const PAUSE_MS = 250

/** Throws OperationalFailure. The next heartbeat sends what is missing. */
export async function heartbeat({ instruments, places, seed, entry, nowMs, pause }: HeartbeatParts): Promise<void> {
  const send = async (commands: readonly Command[]): Promise<void> => {
    for (let i = 0; i < commands.length; i += GROUP) {
      if (i > 0) await pause(PAUSE_MS)
      const receipts = await entry.submit(commands.slice(i, i + GROUP))
      for (const receipt of receipts) if (receipt.kind === 'failed') throw failureOf(receipt)
    }
  }
  await instruments.refresh()
  const due = symbolsDue(instruments.directory.values(), await places.read(), nowMs())
  await send(due.map((symbol) => ({ kind: 'AdvanceTime', symbol })))
  // Last: a bad seed must not keep orders from expiring.
  await seed.sow(instruments.directory, send, nowMs())
}
