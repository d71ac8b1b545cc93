/**
 * Retries calls to a busy service. The bound of the delay doubles with each attempt, and the delay is random below
 * it, so that many clients do not retry together. After the last attempt the failure is an OperationalFailure.
 */

import { OperationalFailure } from '../../protocol/failure.ts'

export interface Backoff {
  readonly attempts: number
  readonly firstDelayMs: number
  readonly delayMaxMs: number
}

/** About 3 seconds at most, because a batch that fails is delivered again. */
export const PUBLISHING: Backoff = { attempts: 7, firstDelayMs: 25, delayMaxMs: 1_000 }

/** Under half a second, because a client waits for the answer. */
export const ANSWERING: Backoff = { attempts: 4, firstDelayMs: 20, delayMaxMs: 200 }

/**
 * Runs `attempt` until it succeeds. Throws OperationalFailure. An exception that is an answer, or that is
 * no failure of the service, is thrown unchanged.
 */
export async function withBackoff<T>(
  what: string,
  { attempts, firstDelayMs, delayMaxMs }: Backoff,
  attempt: (count: number) => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt(count)
    } catch (cause) {
      if (cause instanceof OperationalFailure) throw cause
      const fault = faultOf(cause)
      if (fault === 'ours') throw cause
      if (count >= attempts || fault === 'refused') throw operationalFailure(what, cause)
      await delay(Math.random() * Math.min(delayMaxMs, firstDelayMs * 2 ** (count - 1)))
    }
  }
}

/** An operational failure whose cause is the error that a client threw. */
export function operationalFailure(what: string, cause: unknown): OperationalFailure {
  const throttled = faultOf(cause) === 'busy'
  const message = `${what}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : cause}`
  return new OperationalFailure(throttled ? 'overloaded' : 'unavailable', message, { retryable: true, cause })
}

/**
 * busy: not done, a retry may succeed. uncertain: it may have been done. refused: not done, and a retry will
 * not help soon. ours: an error of this program, not an answer of a service.
 */
export type Fault = 'busy' | 'uncertain' | 'refused' | 'ours'

const BUSY = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'TooManyRequestsException',
  'LimitExceededException',
  'KMSThrottlingException',
  'KMSThrottling',
]

/** Exceptions that are answers: the condition of a write does not hold. */
const ANSWERS = ['ConditionalCheckFailedException']

export function faultOf(cause: unknown): Fault {
  if (!(cause instanceof Error) || ANSWERS.includes(cause.name)) return 'ours'
  if (BUSY.includes(cause.name)) return 'busy'
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (status === 429) return 'busy'
  if (status !== undefined && status >= 400 && status < 500) return 'refused'
  if (status !== undefined || cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'uncertain'
  // A refused or broken connection. The SDK passes on the error of the socket.
  return typeof (cause as NodeJS.ErrnoException).code === 'string' || '$response' in cause ? 'uncertain' : 'ours'
}

export const delay = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
