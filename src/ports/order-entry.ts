/**
 * Submits commands to the order stream. It resolves when they are durable, in the order given. With `waitMs`
 * it resolves when they are matched, or when that time is over.
 *
 * An order id that the account has used before does not enter the stream again: the same order gives
 * `repeated`, another order gives `conflict`. A definition above the limit of instruments, or an order above
 * the limit of open orders of its account, is `refused`. Commands of one call for one symbol stay in sequence.
 *
 * Throws OperationalFailure if no command became durable. If only some of the commands failed, each of these has
 * the receipt `failed`.
 */

import type { Command } from '../protocol/command/commands.ts'
import type { FailureCode } from '../protocol/failure.ts'
import type { RejectReason } from '../protocol/reasons.ts'
import type { OrderRecord } from '../protocol/records.ts'

export interface OrderEntry {
  submit(commands: readonly Command[], waitMs?: number): Promise<Receipt[]>
}

export type Receipt = Accepted | Repeated | Conflict | Refused | Failed

export interface Accepted {
  readonly kind: 'accepted'
  readonly receivedAtMs: number
  /** Present if the caller waited and the outcome arrived in time. */
  readonly outcome?: Outcome
}

export interface Repeated {
  readonly kind: 'repeated'
  readonly order: OrderRecord
}

export interface Conflict {
  readonly kind: 'conflict'
}

/** The command did not enter the stream. */
export type Refused =
  | { readonly kind: 'refused'; readonly code: 'too_many_instruments' }
  | { readonly kind: 'refused'; readonly code: 'too_many_open_orders'; readonly max: number }

/** The command did not become durable, or this is not known. The fields are those of an OperationalFailure. */
export interface Failed {
  readonly kind: 'failed'
  readonly code: FailureCode
  readonly message: string
  readonly retryable: boolean
  readonly retryAfterMs?: number
}

/** The result of a command. */
export interface Outcome {
  /** The order of the command, as it was at that moment. */
  readonly order?: OrderRecord
  /** The reason if a cancel, an amendment or a control command was rejected. */
  readonly rejection?: RejectReason
  /** Number of orders that a cancel-all canceled. */
  readonly canceled?: number
}
