/** Submits commands that change what is there already: cancels, amendments, control of an instrument. */

import type { Outcome } from '../ports/order-entry.ts'
import { invariant } from '../protocol/assert.ts'
import type { Command } from '../protocol/commands.ts'
import { Problem } from './problems.ts'
import type { Call } from './route.ts'
import { formatTimestamp } from './timestamps.ts'
import { preferenceApplied, waitSeconds } from './wait-preference.ts'

export interface Submitted {
  readonly receivedAt: string
  /** One for each command; absent unless they were waited for and all came in time. */
  readonly outcomes?: readonly Outcome[]
  readonly headers: Readonly<Record<string, string>>
}

/** Problems: the matcher's reason, if it was waited for and refused one. */
export async function submitChanges(call: Call, commands: readonly Command[]): Promise<Submitted | Problem> {
  const seconds = waitSeconds(call.request.headers)
  const { orderEntry } = call.ports
  const receipts = await (seconds > 0 ? orderEntry.submit(commands, seconds * 1000) : orderEntry.submit(commands))
  const headers: Record<string, string> = seconds > 0 ? { 'Preference-Applied': preferenceApplied(seconds) } : {}
  const outcomes: Outcome[] = []
  let receivedAtMs = call.ports.nowMs()
  for (const receipt of receipts) {
    invariant(receipt.kind === 'accepted', 'only a new order can be repeated or conflict')
    receivedAtMs = receipt.receivedAtMs
    if (receipt.outcome === undefined) continue
    const { rejection } = receipt.outcome
    if (rejection !== undefined) {
      return new Problem(rejection, 'The matcher refused the command.', undefined, { headers })
    }
    outcomes.push(receipt.outcome)
  }
  const receivedAt = formatTimestamp(receivedAtMs)
  return outcomes.length === commands.length ? { receivedAt, outcomes, headers } : { receivedAt, headers }
}
