/**
 * An operational failure: a full disk, a lost connection, too much load. Only adapters throw it. `retryable`: the
 * commands that it concerns were not accepted, and a retry may succeed. Otherwise it is not known whether they were.
 */

import type { ServiceFault } from './service-fault.ts'

export type FailureCode =
  | 'overloaded'
  | 'memory_full'
  | 'storage_full'
  | 'storage_failed'
  | 'not_confirmed'
  | 'stopping'
  | 'unavailable'
  | 'symbol_suspended'

/**
 * The ids of the orders of a failed request: for an order that was sent without one, the id that the exchange chose.
 * In a batch, null stands for an order that was rejected.
 */
export type FailedOrders = { readonly orderId: string } | { readonly orderIds: readonly (string | null)[] }

interface FailureOptions {
  readonly retryable: boolean
  readonly cause?: unknown
  readonly orders?: FailedOrders
  readonly fault?: ServiceFault
  /** When a retry may succeed, if this is known. */
  readonly retryAfterMs?: number
}

export class OperationalFailure extends Error {
  override readonly name = 'OperationalFailure'
  readonly code: FailureCode
  readonly retryable: boolean
  readonly orders: FailedOrders | undefined
  /** For operators, beside the code for clients. */
  readonly fault: ServiceFault | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: FailureCode, message: string, options: FailureOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
    this.orders = options.orders
    this.fault = options.fault
    this.retryAfterMs = options.retryAfterMs
  }
}
