/** What a request, a feed or a client can fail with. */

/** The exchange rejected a request. The fields are those of the problem (docs/reference/http.md). */
export class ExchangeProblem extends Error {
  override readonly name = 'ExchangeProblem'
  readonly code: string
  readonly status: number
  /** The field of the request that has the fault. */
  readonly field: string | undefined
  /** The same request may succeed after this time. */
  readonly retryAfterMs: number | undefined
  /** The whole problem. */
  readonly problem: Readonly<Record<string, unknown>>

  constructor(problem: Readonly<Record<string, unknown>>, retryAfterMs?: number) {
    // With the code, because the detail of a rejection by the matcher is the same for each of them.
    super(`${problem.detail ?? problem.title ?? 'the exchange rejected the request'} (${problem.code})`)
    this.code = String(problem.code)
    this.status = Number(problem.status)
    this.field = typeof problem.field === 'string' ? problem.field : undefined
    this.retryAfterMs = retryAfterMs
    this.problem = problem
  }
}

/** The connection ended before the answer. Whether the request had an effect is not known. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** The exchange accepts no message of this length, so the request had no effect. */
export class MessageTooLong extends Error {
  override readonly name = 'MessageTooLong'
}

/** {@link ExchangeClient.close} was called. */
export class ClientClosed extends Error {
  override readonly name = 'ClientClosed'

  constructor() {
    super('the client is closed')
  }
}

/** Too much waits: requests without an answer, or changes that an iterator has not read. */
export class TooMuchWaiting extends Error {
  override readonly name = 'TooMuchWaiting'
}
