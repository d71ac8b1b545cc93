/**
 * The outcomes of commands for which somebody waits, as a fold of events. An event counts for the command that
 * caused it; an event without a cause counts for none.
 */

import type { Outcome } from '../ports/order-entry.ts'
import type { Command } from '../protocol/commands.ts'
import type { EventCursor, EventFold } from '../protocol/event-cursor.ts'
import type { RejectReason } from '../protocol/reasons.ts'
import type { OrderRecord } from '../protocol/records.ts'

interface Progress {
  rejection?: RejectReason
  canceled: number
  outcome?: Outcome
}

export class Outcomes implements EventFold {
  private readonly waiting = new Map<Command, Progress>()

  get size(): number {
    return this.waiting.size
  }

  /** Begins to wait for the outcome of a command. */
  expect(command: Command): void {
    this.waiting.set(command, { canceled: 0 })
  }

  take(event: EventCursor): void {
    const progress = event.cause === undefined ? undefined : this.waiting.get(event.cause)
    if (progress === undefined) return
    switch (event.kind) {
      case 'CancelRejected':
      case 'AmendRejected':
      case 'ControlRejected':
        progress.rejection = event.reason as RejectReason
        break
      case 'OrderRejected':
        // The order that has this id is another one, and not the outcome of the command.
        if (event.reason === 'duplicate_order_id') progress.rejection = event.reason
        break
      case 'OrderCanceled':
        if (event.reason === 'cancel_all') progress.canceled++
        break
    }
  }

  /** To be called when all events of a command have been taken; `find` reads the order as it stands. */
  complete(command: Command, find: (account: string, orderId: string) => OrderRecord | undefined): void {
    const progress = this.waiting.get(command)
    if (progress === undefined) return
    const { rejection, canceled } = progress
    const order =
      'orderId' in command && rejection !== 'duplicate_order_id' ? find(command.account, command.orderId) : undefined
    progress.outcome = {
      ...(order !== undefined && { order }),
      ...(rejection !== undefined && { rejection }),
      ...(command.kind === 'CancelAllOrders' && { canceled }),
    }
  }

  /** The outcome of a command, if it is complete. Waits for it no longer. */
  collect(command: Command): Outcome | undefined {
    const outcome = this.waiting.get(command)?.outcome
    this.waiting.delete(command)
    return outcome
  }
}
