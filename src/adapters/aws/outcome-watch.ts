/**
 * Reads the outcome of a command from the tables. A command is matched and published when its symbol's mark has
 * passed its record. Then the order's record shows the outcome. If the record is not conclusive, no outcome is
 * returned, as if the time had been too short.
 */

import type { Outcome } from '../../ports/order-entry.ts'
import type { Position } from '../../ports/order-stream.ts'
import type { Command } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { isOpen } from '../../protocol/records.ts'
import { delay } from './backoff.ts'
import type { DynamoMarks } from './dynamodb-marks.ts'
import type { DynamoOrders } from './dynamodb-orders.ts'

/** Interval between checks whether a command is matched. */
const FIRST_LOOK_MS = 20
const LOOK_MAX_MS = 250

export class OutcomeWatch {
  private readonly marks: DynamoMarks
  private readonly orders: DynamoOrders
  private readonly nowMs: () => number

  constructor(marks: DynamoMarks, orders: DynamoOrders, nowMs: () => number) {
    this.marks = marks
    this.orders = orders
    this.nowMs = nowMs
  }

  /** Waits until everything up to `position` is published. Returns whether that happened before the deadline. */
  async matched(symbol: string, position: Position, deadlineMs: number): Promise<boolean> {
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(LOOK_MAX_MS, pauseMs * 1.5)) {
      const left = deadlineMs - this.nowMs()
      if (left <= 0) return false
      await delay(Math.min(pauseMs, left))
      try {
        const mark = await this.marks.mark(symbol)
        if (mark !== undefined && mark.position >= position) return true
      } catch (cause) {
        // The commands are durable, so a failed read must not refuse them.
        if (!(cause instanceof OperationalFailure)) throw cause
        return false
      }
    }
  }

  /** The outcome that the order's record shows; undefined if the record is not conclusive. */
  async outcomeOf(command: Command): Promise<Outcome | undefined> {
    if (!('orderId' in command)) return undefined
    const order = await this.orders.get(command.account, command.orderId).catch(() => undefined)
    if (order === undefined || order.lastEvent === 0) return undefined
    if (command.kind === 'PlaceOrder') return { order }
    if (command.kind === 'CancelOrder') {
      if (isOpen(order.status)) return undefined
      return order.reason === 'requested' ? { order } : { order, rejection: 'order_not_open' }
    }
    const amended =
      (command.price === undefined || command.price === order.price) &&
      (command.quantity === undefined || command.quantity === order.quantity)
    if (amended) return { order }
    return isOpen(order.status) ? undefined : { order, rejection: 'order_not_open' }
  }
}
