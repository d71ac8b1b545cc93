/**
 * The outcomes of commands for which a caller waits, as a fold of events. An event belongs to the command that
 * caused it. An event without a cause belongs to none.
 */

import type { Outcome } from '../ports/order-entry.ts'
import type { Command } from '../protocol/command/commands.ts'
import type { EventCursor, EventFold } from '../protocol/event/event-cursor.ts'
import type { SymbolEventKind } from '../protocol/event/event-kinds.ts'
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

  /** Starts to collect the outcome of a command. */
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
        // Another order has this id, so the outcome must not contain it.
        if (event.reason === 'duplicate_order_id') progress.rejection = event.reason
        break
      case 'OrderCanceled':
        if (event.reason === 'cancel_all') progress.canceled++
        break
      default:
        // The outcome reads the result of these from the order's record.
        event.kind satisfies SymbolEventKind | 'OrderAccepted' | 'OrderAmended' | 'TradeExecuted'
    }
  }

  /**
   * The caller calls this after all events of a command. `find` reads the present record of the order. `rejected` is
   * the reason of a rejection without an event.
   */
  complete(
    command: Command,
    find: (account: string, orderId: string) => OrderRecord | undefined,
    rejected?: RejectReason,
  ): void {
    const progress = this.waiting.get(command)
    if (progress === undefined) return
    const { rejection = rejected, canceled } = progress
    const order =
      'orderId' in command && rejection !== 'duplicate_order_id' ? find(command.account, command.orderId) : undefined
    progress.outcome = {
      ...(order !== undefined && { order }),
      ...(rejection !== undefined && { rejection }),
      ...(command.kind === 'CancelAllOrders' && { canceled }),
    }
  }

  /** Removes a command and returns its outcome, if it is complete. */
  collect(command: Command): Outcome | undefined {
    const outcome = this.waiting.get(command)?.outcome
    this.waiting.delete(command)
    return outcome
  }
}
