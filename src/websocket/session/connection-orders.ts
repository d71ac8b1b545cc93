/**
 * The orders that were placed over one connection. Those without an answer are known by their ids, so that a cancel
 * can wait for its order. If the connection asked for it, the open ones are remembered and canceled when it ends.
 *
 * The memory is bounded: when it has doubled since the last look, the orders that have closed are forgotten.
 */

import { cancelOrdersOf, openOrderIds } from '../../entry/cancel-orders.ts'
import type { EntryPorts } from '../../entry/entry-ports.ts'
import type { PlacedOrder } from '../../entry/place-orders.ts'
import type { ConnectionOrder } from '../../ports/connections.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { CONNECTION_ORDERS_MIN } from '../../protocol/limits.ts'
import { isOpen } from '../../protocol/records.ts'

export class ConnectionOrders {
  private readonly ports: EntryPorts
  private readonly placing = new Map<string, Promise<unknown>>()
  private account: string | undefined
  private readonly remembered = new Set<string>()
  /** Orders that may be in the order stream although their request failed, with their symbols. */
  private readonly uncertain = new Map<string, string>()
  private lookAt = CONNECTION_ORDERS_MIN
  private looking = false

  constructor(ports: EntryPorts) {
    this.ports = ports
  }

  /** How many orders are remembered. */
  get size(): number {
    return this.remembered.size
  }

  /** From now on orders are remembered, and {@link cancelRemembered} cancels them. */
  remember(account: string): void {
    this.account = account
  }

  /** Notes that orders are being placed until `placed` settles. Returns `placed`. */
  whilePlacing<T>(orderIds: readonly (string | undefined)[], placed: Promise<T>): Promise<T> {
    const settled = placed.then(noValue, noValue).then(() => {
      for (const orderId of orderIds) {
        if (orderId !== undefined && this.placing.get(orderId) === settled) this.placing.delete(orderId)
      }
    })
    for (const orderId of orderIds) if (orderId !== undefined) this.placing.set(orderId, settled)
    return placed
  }

  /** Resolves when the place of the order is answered; undefined if it is not being placed over this connection. */
  whenPlaced(orderId: string): Promise<unknown> | undefined {
    return this.placing.get(orderId)
  }

  /** Notes a durable order. */
  placed({ orderId, status }: PlacedOrder): void {
    if (this.account === undefined || !isOpen(status)) return
    this.remembered.add(orderId)
    if (this.remembered.size > this.lookAt && !this.looking) void this.forgetClosed(this.account)
  }

  /** Notes the orders of a request that failed, by their symbols. */
  failed(failure: unknown, symbols: readonly (string | undefined)[]): void {
    if (this.account === undefined || !(failure instanceof OperationalFailure) || failure.retryable) return
    const { orders } = failure
    if (orders === undefined) return
    const ids = 'orderId' in orders ? [orders.orderId] : orders.orderIds
    ids.forEach((orderId, i) => {
      const symbol = symbols[i]
      if (orderId !== null && symbol !== undefined) this.uncertain.set(orderId, symbol)
    })
  }

  /** Those of which nobody knows whether they are in the order stream, by their symbols. */
  get uncertainOrders(): ReadonlyMap<string, string> {
    return this.uncertain
  }

  /** What is remembered, to be stored. */
  noted(): ConnectionOrder[] {
    const uncertain = [...this.uncertain].map(([orderId, uncertainIn]) => ({ orderId, uncertainIn }))
    const known = [...this.remembered].filter((orderId) => !this.uncertain.has(orderId))
    return [...known.map((orderId) => ({ orderId })), ...uncertain]
  }

  /** Cancels what is open of the remembered orders. Throws OperationalFailure if the order stream accepts no cancels. */
  async cancelRemembered(): Promise<void> {
    const { account, remembered, uncertain } = this
    if (account === undefined || remembered.size + uncertain.size === 0) return
    await cancelOrdersOf(this.ports, account, remembered, uncertain, () => openOrderIds(this.ports, account))
  }

  private async forgetClosed(account: string): Promise<void> {
    this.looking = true
    const known = [...this.remembered]
    try {
      const open = await openOrderIds(this.ports, account)
      for (const orderId of known) if (!open.has(orderId)) this.remembered.delete(orderId)
    } catch {
      // The store cannot be read now. The next order above the double looks again.
    }
    this.lookAt = Math.max(CONNECTION_ORDERS_MIN, 2 * this.remembered.size)
    this.looking = false
  }
}

const noValue = (): undefined => undefined
