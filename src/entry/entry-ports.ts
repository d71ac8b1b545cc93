/** The ports of order entry. It has no other access to the exchange, and none to a book. */

import type { OrderEntry } from '../ports/order-entry.ts'
import type { OrderReader } from '../ports/order-reader.ts'
import { isRequestId } from '../protocol/command/command-fields.ts'
import type { ListedInstruments } from '../protocol/instrument/instrument-directory.ts'
import type { AccountLimits } from './account-limits.ts'

export interface EntryPorts {
  /** All instruments, including closed ones. */
  readonly instruments: ListedInstruments
  readonly orderEntry: OrderEntry
  readonly orderReader: OrderReader
  /** Shared by all dialects, so that an account has the same limits for all of them together. */
  readonly limits: AccountLimits
  nowMs(): number
  newOrderId(): string
  /** Called with the code of each problem that a caller gets. */
  onProblem?(code: string): void
}

/** The request id of a command, if it has one. */
export const requestIdOf = ({ requestId }: Pick<SubmitOptions, 'requestId'>) =>
  isRequestId(requestId) ? { requestId } : undefined

/** How the commands of one request are submitted. */
export interface SubmitOptions {
  /** How long to wait for the outcome; 0 does not wait. */
  readonly waitMs: number
  /** When the request arrived, by `performance.now()`. The wait began then. Absent: it begins now. */
  readonly arrivedMs?: number | undefined
  /** The client's id of the request. Its commands include it if the order stream can hold it. */
  readonly requestId?: string | undefined
}

/** What is left of the wait; 0 if nothing is. */
export function waitLeftMs({ waitMs, arrivedMs }: SubmitOptions): number {
  if (waitMs === 0 || arrivedMs === undefined) return waitMs
  return Math.max(0, Math.ceil(waitMs - (performance.now() - arrivedMs)))
}
