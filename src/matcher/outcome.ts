/** What a command has come to, told from the events it caused. */

import type { Outcome } from '../ports/order-entry.ts'
import type { Command } from '../protocol/commands.ts'
import type { Event } from '../protocol/events.ts'
import type { OrderRecord } from '../protocol/records.ts'

/** Events that only say no to the command, or count what it ended. */
export function outcomeOf(command: Command, events: readonly Event[], order: OrderRecord | undefined): Outcome {
  const outcome: { order?: OrderRecord; rejection?: Outcome['rejection']; canceled?: number } = {}
  if (order !== undefined) outcome.order = order
  if (command.kind === 'CancelAllOrders') {
    outcome.canceled = events.filter((event) => event.kind === 'OrderCanceled' && event.reason === 'cancel_all').length
  }
  for (const event of events) {
    if (event.kind === 'CancelRejected' || event.kind === 'AmendRejected' || event.kind === 'ControlRejected') {
      outcome.rejection = event.reason
    }
  }
  return outcome as Outcome
}
