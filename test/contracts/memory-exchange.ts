/** An exchange on ports in memory, for tests of the whole page: no disk, a clock that only the test moves. */

import { Exchange } from '../../src/exchange.ts'
import { type Capacity, UNBOUNDED } from '../../src/ports/capacity.ts'
import type { Receipt } from '../../src/ports/order-entry.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { OperationalFailure } from '../../src/protocol/failure.ts'
import { recover } from '../../src/recovery/recover.ts'
import { ManualClock, MemorySnapshots, MemoryStore, MemoryStream } from './memory-ports.ts'
import { FIRST_RECORD, linesOf } from './sample-records.ts'

export interface Opened {
  readonly exchange: Exchange
  readonly stream: MemoryStream
  readonly store: MemoryStore
  readonly snapshots: MemorySnapshots
  readonly clock: ManualClock
  readonly troubles: string[]
  submit(commands: readonly Command[], wait?: boolean): Promise<Receipt[]>
}

/** An exchange on ports in memory. Its first record adopts the rules and defines the instruments. */
export async function openExchange(
  stream = new MemoryStream(),
  store = new MemoryStore(),
  snapshots = new MemorySnapshots(),
  capacity: Partial<Capacity> = {},
): Promise<Opened> {
  if (stream.records.length === 0) stream.records.push(FIRST_RECORD)
  const clock = new ManualClock()
  const troubles: string[] = []
  const exchange = new Exchange(await recover(stream, store, snapshots), {
    stream,
    store,
    snapshots,
    capacity: { ...UNBOUNDED, ...capacity },
    nowMs: () => clock.nowMs,
    later: clock.later,
    onTrouble: (what) => troubles.push(what),
  })
  stream.onRecord = (record) => exchange.onDurable(record)
  const submit: Opened['submit'] = (commands, wait = false) => {
    stream.nowMs = clock.nowMs
    return exchange.submit(
      commands,
      linesOf(commands),
      commands.map(() => wait),
    )
  }
  return { exchange, stream, store, snapshots, clock, troubles, submit }
}

/** A gate that delays a port until it is opened. */
export function gate(): { readonly shut: Promise<void>; open(): void; fail(cause: Error): void } {
  let open = (): void => {}
  let fail = (_: Error): void => {}
  const shut = new Promise<void>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  shut.catch(() => {})
  return { shut, open, fail }
}

/** The failure of a store whose disk is full. */
export const full = () => new OperationalFailure('storage_full', 'full', { retryable: true })
export const kinds = (receipts: Receipt[]): string[] => receipts.map(({ kind }) => kind)
