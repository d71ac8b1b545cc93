/**
 * Where order entry hands commands over. The answer comes once they are durable in the order stream,
 * in the order given; with `waitMs`, once they are matched, or the time is over.
 *
 * An order id that the account used before does not enter the stream again: the same order gets
 * `repeated`, another one `conflict`. Commands of one call that concern one symbol stay in sequence.
 *
 * Throws OperationalFailure when nothing was made durable.
 */

import type { Command } from '../protocol/commands.ts'
import type { RejectReason } from '../protocol/reasons.ts'
import type { OrderRecord } from '../protocol/records.ts'

export interface OrderEntry {
  submit(commands: readonly Command[], waitMs?: number): Promise<Receipt[]>
}

export type Receipt = Accepted | Repeated | Conflict

export interface Accepted {
  readonly kind: 'accepted'
  readonly receivedAtMs: number
  /** Present when it was waited for and came in time. */
  readonly outcome?: Outcome
}

export interface Repeated {
  readonly kind: 'repeated'
  readonly order: OrderRecord
}

export interface Conflict {
  readonly kind: 'conflict'
}

/** What a command has come to. */
export interface Outcome {
  /** The order it concerned, as it then stood. */
  readonly order?: OrderRecord
  /** Why a cancel, an amendment or a control command was refused. */
  readonly rejection?: RejectReason
  /** Orders that a cancel-all ended. */
  readonly canceled?: number
}
