/**
 * Waits until commands are matched, and reads their outcomes from the tables. An order's own row shows that it was
 * placed or canceled, so that row is read, again and again. The mark of the symbol is one row for everybody: a
 * thousand waiting clients that read it would leave no capacity for the matcher. It is read for amendments only,
 * whose rejection no row of an order shows, and then once for all who wait for it in this process.
 *
 * The pause between two looks grows with the time waited. Reads are eventually consistent, at half the price: an
 * answer that is a moment old costs one more look.
 */

import type { Outcome } from '../../ports/order-entry.ts'
import type { Position } from '../../ports/order-stream.ts'
import type { AmendOrder, CancelOrder, Command, PlaceOrder } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { isOpen, type OrderRecord } from '../../protocol/records.ts'
import { delay } from './backoff.ts'
import type { DynamoMarks } from './dynamodb-marks.ts'
import type { DynamoOrders } from './dynamodb-orders.ts'

/** A command to one order. */
export type OrderCommand = PlaceOrder | CancelOrder | AmendOrder

export interface OutcomeWatchParts {
  readonly marks: Pick<DynamoMarks, 'mark'>
  readonly orders: Pick<DynamoOrders, 'latest'>
  readonly nowMs: () => number
  readonly pause?: (delayMs: number) => Promise<void>
  /** At least 0 and below 1, so that requests of one moment do not look together. */
  readonly random?: () => number
}

const PAUSE_MIN_MS = 25
const PAUSE_MAX_MS = 1_000
/** The pause grows by this share of the time waited: 10 looks in the first second, 20 in ten. */
const SHARE_OF_WAIT = 0.5
/** How long a mark that was read is good for another request of this process. */
const MARK_SHARED_MS = 200

export class OutcomeWatch {
  private readonly parts: OutcomeWatchParts
  private readonly marks = new Map<string, { readonly atMs: number; readonly position: Promise<Position> }>()

  constructor(parts: OutcomeWatchParts) {
    this.parts = parts
  }

  /**
   * The outcomes of commands to orders of one account in one symbol, which are in the stream in this sequence up to
   * `position`. undefined: not known by the deadline, or the tables do not show it.
   */
  async outcomes(
    commands: readonly OrderCommand[],
    position: Position,
    deadlineMs: number,
  ): Promise<(Outcome | undefined)[]> {
    const { nowMs, pause = delay, random = Math.random } = this.parts
    const startMs = nowMs()
    const found: (Outcome | undefined)[] = commands.map(() => undefined)
    let open = commands.map((_, i) => i)
    for (let pauseMs = PAUSE_MIN_MS; open.length > 0; ) {
      const left = deadlineMs - nowMs()
      if (left <= 0) break
      await pause(Math.min(left, pauseMs * (0.75 + random() / 2)))
      pauseMs = Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, (nowMs() - startMs) * SHARE_OF_WAIT))
      try {
        open = await this.look(commands, open, position, found)
      } catch (cause) {
        // The commands are durable, so a failed read must not refuse them.
        if (!(cause instanceof OperationalFailure)) throw cause
        pauseMs = PAUSE_MAX_MS
      }
    }
    return found
  }

  /** Returns which commands are still open. The last is read first: before it is matched, few of the others are. */
  private async look(
    commands: readonly OrderCommand[],
    open: readonly number[],
    position: Position,
    found: (Outcome | undefined)[],
  ): Promise<number[]> {
    const last = commands[open[open.length - 1]]
    const isAmendment = last.kind === 'AmendOrder'
    if (isAmendment && (await this.mark(last.symbol)) < position) return [...open]
    const read = (ids: readonly string[]) => this.parts.orders.latest(last.account, ids, isAmendment)
    const orders = await read([last.orderId])
    if (!isAmendment && outcomeOf(last, orders.get(last.orderId)) === undefined) return [...open]
    const others = open.slice(0, -1).map((i) => commands[i].orderId)
    if (others.length > 0) for (const [id, order] of await read(others)) orders.set(id, order)
    return open.filter((i) => {
      found[i] = outcomeOf(commands[i], orders.get(commands[i].orderId))
      return found[i] === undefined && !isAmendment
    })
  }

  private mark(symbol: string): Promise<Position> {
    const known = this.marks.get(symbol)
    const nowMs = this.parts.nowMs()
    if (known !== undefined && nowMs - known.atMs < MARK_SHARED_MS) return known.position
    const position = this.parts.marks.mark(symbol).then((mark) => mark?.position ?? '')
    this.marks.set(symbol, { atMs: nowMs, position })
    return position
  }
}

/** Whether the tables show the outcome of a command: it has an order. */
export const isOrderCommand = (command: Command): command is OrderCommand => 'orderId' in command

/** The outcome that the order's record shows; undefined if the record is not conclusive. */
function outcomeOf(command: OrderCommand, order: OrderRecord | undefined): Outcome | undefined {
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
