/**
 * An operational failure: a full disk, a lost connection, too much load. Only adapters throw it. The order that
 * it concerns was not accepted, and `retryable` says whether a retry may succeed.
 */

export type FailureCode = 'overloaded' | 'storage_full' | 'storage_failed' | 'stopping' | 'unavailable'

export class OperationalFailure extends Error {
  override readonly name = 'OperationalFailure'
  readonly code: FailureCode
  readonly retryable: boolean

  constructor(code: FailureCode, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
  }
}
