/** Submits commands that change an existing order or an instrument: cancels, amendments, operator commands. */

import type { Outcome, Refused } from '../ports/order-entry.ts'
import { invariant } from '../protocol/assert.ts'
import type { Command } from '../protocol/command/commands.ts'
import { INSTRUMENTS_MAX } from '../protocol/limits.ts'
import { Rejection } from '../protocol/rejection.ts'
import type { EntryRejection } from './entry-codes.ts'
import { type EntryPorts, type SubmitOptions, waitLeftMs } from './entry-ports.ts'
import { failureOf } from './failed-receipt.ts'
import { MatcherRejection } from './matcher-rejection.ts'

export interface SubmittedCommands {
  readonly receivedAtMs: number
  /** One for each command; present only if the request waited and all outcomes came in time. */
  readonly outcomes: readonly Outcome[] | undefined
}

/**
 * Rejections: too_many_instruments; the matcher's reason, if the request waited and the matcher rejected a command.
 * Throws OperationalFailure.
 */
export async function submitCommands(
  ports: EntryPorts,
  commands: readonly Command[],
  options: SubmitOptions,
): Promise<SubmittedCommands | EntryRejection> {
  const { orderEntry } = ports
  const waitMs = waitLeftMs(options)
  const receipts = await (waitMs > 0 ? orderEntry.submit(commands, waitMs) : orderEntry.submit(commands))
  const outcomes: Outcome[] = []
  let receivedAtMs = ports.nowMs()
  for (const receipt of receipts) {
    if (receipt.kind === 'refused') return refusalOf(receipt)
    if (receipt.kind === 'failed') throw failureOf(receipt)
    invariant(receipt.kind === 'accepted', 'only a new order can be repeated or conflict')
    receivedAtMs = receipt.receivedAtMs
    if (receipt.outcome === undefined) continue
    const { rejection } = receipt.outcome
    if (rejection !== undefined) return new MatcherRejection(rejection)
    outcomes.push(receipt.outcome)
  }
  return { receivedAtMs, outcomes: outcomes.length === commands.length ? outcomes : undefined }
}

export const refusalOf = (refused: Refused): EntryRejection =>
  refused.code === 'too_many_instruments'
    ? tooManyInstruments()
    : new Rejection(refused.code, `The account may have at most ${refused.max} open orders.`)

export const tooManyInstruments = (): EntryRejection =>
  new Rejection(
    'too_many_instruments',
    `The exchange has ${INSTRUMENTS_MAX} instruments, closed ones included, and cannot have more.`,
  )
