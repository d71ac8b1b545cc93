/**
 * Gathers the orders that arrive over one connection in one read, and submits them together. Each order is still a
 * request with an answer of its own. One submission costs the edge thread much less than one for each order, because a
 * submission takes several promises, which are garbage of the old generation when they settle.
 *
 * It takes only an order that passes all checks of order entry. Every other request is handled alone
 * (handle-request.ts), which finds the rejection. The gathered orders are submitted before it, so that commands enter
 * the order stream in the sequence of the frames.
 */

import { plainOrderFields } from '../../api/plain-order.ts'
import { admit } from '../../entry/account-limits.ts'
import type { EntryRejection } from '../../entry/entry-codes.ts'
import { type OrderContext, placeOrderCommand } from '../../entry/place-order-command.ts'
import { contextOf, type PlacedOrder, placeTogether } from '../../entry/place-orders.ts'
import type { PlaceOrder } from '../../protocol/command/commands.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { BATCH_ORDERS_MAX } from '../../protocol/limits.ts'
import { Rejection } from '../../protocol/rejection.ts'
import type { RequestId } from '../messages/operations.ts'
import type { OperationCall, SessionParts } from './operation-call.ts'

type PlaceResult = PlacedOrder | OperationalFailure | EntryRejection

/** What happens to the orders. `arrivedMs`: when their requests arrived. */
export interface PlaceAnswers {
  placed(id: RequestId, order: PlacedOrder): void
  rejected(id: RequestId, rejection: EntryRejection, arrivedMs: number): void
  failed(id: RequestId, failure: unknown, arrivedMs: number): void
  /** Called once for each submission, after the answers to its requests; `placed` of them were placed. */
  settled(requests: number, placed: number, arrivedMs: number): void
}

export class GatheredPlaces {
  private readonly session: SessionParts
  private readonly answers: PlaceAnswers
  private ids: RequestId[] = []
  private commands: PlaceOrder[] = []
  /** When the first of them arrived. */
  private arrivedMs = 0
  /** That of the orders that are gathered now. */
  private context: OrderContext | undefined

  constructor(session: SessionParts, answers: PlaceAnswers) {
    this.session = session
    this.answers = answers
  }

  /**
   * true: the order is gathered. false: the request must be handled alone, and nothing has changed.
   * Rejections: rate_limited.
   */
  take({ id, op, fields, arrivedMs }: OperationCall): boolean | EntryRejection {
    const { ports, account } = this.session
    const { caller } = account
    if (op !== 'place' || caller === undefined) return false
    const order = orderOf(fields)
    if (order === undefined) return false
    this.context ??= contextOf(ports, caller, { waitMs: 0 })
    const requestId = typeof id === 'string' ? id : undefined
    const command = placeOrderCommand(order, requestId === undefined ? this.context : { ...this.context, requestId })
    if (command instanceof Rejection) return false
    // The last check, because a request that is handled alone is charged there.
    const limited = admit(ports, caller, 'orders')
    if (limited !== undefined) return limited
    this.ids.push(id)
    this.commands.push(command)
    if (this.ids.length === 1) {
      this.arrivedMs = arrivedMs
      queueMicrotask(() => this.submit())
    } else if (this.ids.length >= BATCH_ORDERS_MAX) this.submit()
    return true
  }

  /** Submits what is gathered. It is called at the end of each read without a call. */
  submit(): void {
    const { ids, commands, arrivedMs } = this
    this.context = undefined
    if (ids.length === 0) return
    this.ids = []
    this.commands = []
    const { ports, orders } = this.session
    const placing = placeTogether(ports, commands)
    orders.whilePlacing(
      commands.map(({ orderId }) => orderId),
      placing,
    )
    placing.then(
      (results) => {
        let placed = 0
        for (let i = 0; i < ids.length; i++) if (this.answer(ids[i], commands[i], results[i], arrivedMs)) placed++
        this.answers.settled(ids.length, placed, arrivedMs)
      },
      (failure) => {
        for (const id of ids) this.answers.failed(id, failure, arrivedMs)
        this.answers.settled(ids.length, 0, arrivedMs)
      },
    )
  }

  /** Returns whether the order was placed. */
  private answer(id: RequestId, { symbol }: PlaceOrder, result: PlaceResult, arrivedMs: number): boolean {
    const { orders } = this.session
    if (result instanceof OperationalFailure) {
      orders.failed(result, [symbol])
      this.answers.failed(id, result, arrivedMs)
      return false
    }
    if (result instanceof Rejection) {
      this.answers.rejected(id, result, arrivedMs)
      return false
    }
    orders.placed(result)
    this.answers.placed(id, result)
    return true
  }
}

/** The order of a request that has nothing else and does not wait; undefined for any other. */
function orderOf(fields: OperationCall['fields']) {
  for (const name in fields) {
    if (name !== 'id' && name !== 'op' && name !== 'order') return undefined
  }
  return plainOrderFields(fields.order)
}
