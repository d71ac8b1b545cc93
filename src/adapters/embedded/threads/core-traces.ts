/**
 * The stages of traced submits on the core: append to the order log, match, commit. A submit without a trace is not
 * measured. The stages are sent to the edge, which exports them.
 */

import type { Commit, CommitStore } from '../../../ports/commit-store.ts'
import type { Position, StreamRecord } from '../../../ports/order-stream.ts'
import type { TracedStage } from '../../../ports/tracing.ts'
import type { Command } from '../../../protocol/command/commands.ts'
import { TRACED_SUBMITS_MAX } from '../../../protocol/limits.ts'

/** A submit that is traced. */
export interface TracedSubmit {
  readonly parent: string
  readonly receivedMs: number
  readonly commands: readonly Command[]
}

interface Uncommitted {
  readonly parent: string
  readonly position: Position
}

/** Comparable with that of other threads: milliseconds since 1970. */
const nowMs = (): number => performance.timeOrigin + performance.now()

export class CoreTraces {
  private readonly send: (stages: readonly TracedStage[]) => void
  private readonly submits = new Map<Command, TracedSubmit>()
  private uncommitted: Uncommitted[] = []

  constructor(send: (stages: readonly TracedStage[]) => void) {
    this.send = send
  }

  /** undefined: so many are traced that this one is left out. */
  begin(parent: string, commands: readonly Command[]): TracedSubmit | undefined {
    if (this.submits.size + this.uncommitted.length >= TRACED_SUBMITS_MAX) return undefined
    const submit = { parent, receivedMs: nowMs(), commands }
    for (const command of commands) this.submits.set(command, submit)
    return submit
  }

  /** The submit is answered. */
  end({ commands }: TracedSubmit): void {
    for (const command of commands) this.submits.delete(command)
  }

  /** Applies a durable record. */
  apply(record: StreamRecord, apply: () => void): void {
    if (this.submits.size === 0) {
      apply()
      return
    }
    const durableMs = nowMs()
    apply()
    const matchedMs = nowMs()
    const { position, commands } = record
    const traced = new Set(commands.flatMap((command) => this.submits.get(command) ?? []))
    const attributes = { 'exchange.commands_in_frame': commands.length }
    this.send(
      [...traced].flatMap(({ parent, receivedMs }) => [
        { parent, name: 'log append', startMs: receivedMs, endMs: durableMs, attributes },
        { parent, name: 'match', startMs: durableMs, endMs: matchedMs, attributes },
      ]),
    )
    for (const { parent } of traced) this.uncommitted.push({ parent, position })
  }

  /** Runs a commit, which stores the orders and trades of some records. */
  async commit({ to, orders, trades }: Commit, commit: () => Promise<void>): Promise<void> {
    const startMs = nowMs()
    await commit()
    const stored = this.uncommitted.filter(({ position }) => position <= to)
    if (stored.length === 0) return
    this.uncommitted = this.uncommitted.filter(({ position }) => position > to)
    const attributes = { 'exchange.orders': orders.length, 'exchange.trades': trades.length }
    const endMs = nowMs()
    this.send(stored.map(({ parent }) => ({ parent, name: 'commit', startMs, endMs, attributes })))
  }
}

/** A store whose commits are traced. */
export function tracedStore<S extends CommitStore>(store: S, traces: CoreTraces): CommitStore {
  return {
    appliedPosition: () => store.appliedPosition(),
    commit: (batch) => traces.commit(batch, () => store.commit(batch)),
    find: (account, orderId) => store.find(account, orderId),
    flushed: () => store.flushed(),
  }
}
