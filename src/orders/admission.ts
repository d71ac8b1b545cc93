/**
 * Decides whether a command enters the stream. An order id that was used before does not, and neither does a command
 * for which there is no room. Nothing here changes what the stream leads to.
 */

import type { Capacity } from '../ports/capacity.ts'
import type { Failed, Refused } from '../ports/order-entry.ts'
import type { Trouble } from '../ports/trouble.ts'
import type { Command } from '../protocol/command/commands.ts'
import { OperationalFailure } from '../protocol/failure.ts'
import { InstrumentLimit } from '../protocol/instrument/instrument-limit.ts'
import type { OrderRecord } from '../protocol/records.ts'
import { AccountOrders } from './account-orders.ts'
import { type OpenNow, refusalOf } from './open-order-bounds.ts'

/** What the exchange has now. */
export interface AdmittingExchange {
  readonly capacity: Capacity
  /** Those that are applied; they change in place. */
  readonly instruments: ReadonlyMap<string, unknown>
  /** Events that are not stored yet. */
  uncommitted(): number
  /** Present while the store fails. */
  trouble(): Trouble | undefined
  /** An order in memory. */
  openOrder(account: string, orderId: string): OrderRecord | undefined
  /** An order in memory or in the store. Throws OperationalFailure. */
  find(account: string, orderId: string): OrderRecord | undefined
  openCount(account: string): number
}

/** `enters`: the caller calls {@link Admission.leave} when the command is applied or lost. */
export type Admitted = 'enters' | 'repeats' | Refused | Failed

const TOO_MANY_INSTRUMENTS: Refused = { kind: 'refused', code: 'too_many_instruments' }

/** The limit of uncommitted events for cancels, as a multiple of the limit for other commands. */
const EVENTS_WITH_RESERVE = 1.25

export class Admission {
  private readonly exchange: AdmittingExchange
  private readonly limit: InstrumentLimit
  /** By order in flight: resolves when its append is matched or has failed. */
  private readonly inFlight = new AccountOrders<Promise<void>>()
  private readonly openNow: OpenNow

  constructor(exchange: AdmittingExchange) {
    this.exchange = exchange
    this.limit = new InstrumentLimit(exchange.instruments)
    this.openNow = {
      // Orders in flight may all rest.
      count: (account) => exchange.openCount(account) + this.inFlight.count(account),
      price: (account, orderId) => exchange.openOrder(account, orderId)?.price ?? undefined,
    }
  }

  /** The failure of commands while too many events wait for the store. */
  congestion(): OperationalFailure | undefined {
    const { exchange } = this
    if (exchange.uncommitted() <= exchange.capacity.uncommittedEventsMax) return undefined
    return exchange.trouble() === undefined
      ? new OperationalFailure('overloaded', 'the store is slower than the orders', { retryable: true })
      : new OperationalFailure('storage_full', 'the store accepts no records', { retryable: true })
  }

  /** Whether a command enters the stream. If it is an order, its id is in flight until `end`. */
  enter(command: Command, end: Promise<void>, congestion: OperationalFailure | undefined): Admitted {
    if (congestion !== undefined && !this.isInReserve(command)) return failedReceipt(congestion)
    if (!this.limit.enter(command)) return TOO_MANY_INSTRUMENTS
    try {
      return this.admit(command, end)
    } catch (cause) {
      return failedReceipt(cause)
    }
  }

  leave(command: Command): void {
    this.limit.leave(command)
    if (command.kind === 'PlaceOrder') this.inFlight.delete(command.account, command.orderId)
  }

  /** Resolves when an order is not in flight. */
  async ended(account: string, orderId: string): Promise<void> {
    await this.inFlight.get(account, orderId)
  }

  private admit(command: Command, end: Promise<void>): Admitted {
    const { exchange, openNow, inFlight } = this
    if (command.kind !== 'PlaceOrder') return refusalOf(command, exchange.capacity, openNow) ?? 'enters'
    const { account, orderId } = command
    if (inFlight.get(account, orderId) !== undefined || exchange.find(account, orderId) !== undefined) return 'repeats'
    const refused = refusalOf(command, exchange.capacity, openNow)
    if (refused !== undefined) return refused
    inFlight.set(account, orderId, end)
    return 'enters'
  }

  /** Cancels have a reserve of events, so that traders can leave the market. */
  private isInReserve({ kind }: Command): boolean {
    if (kind !== 'CancelOrder' && kind !== 'CancelAllOrders' && kind !== 'AdvanceTime') return false
    return this.exchange.uncommitted() <= this.exchange.capacity.uncommittedEventsMax * EVENTS_WITH_RESERVE
  }
}

/** The receipt of a command that failed. Throws a cause that is not an operational failure. */
export function failedReceipt(cause: unknown): Failed {
  if (!(cause instanceof OperationalFailure)) throw cause
  const { code, message, retryable } = cause
  return { kind: 'failed', code, message, retryable }
}
