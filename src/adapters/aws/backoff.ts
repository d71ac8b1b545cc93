/**
 * Waiting for a service that is busy, and doing many things at once but not all. Delays double from
 * attempt to attempt and are drawn at random below that, so that many clients do not come back
 * together; after the last attempt the failure is an operational one.
 */

import { OperationalFailure } from '../../protocol/failure.ts'

export interface Backoff {
  readonly attempts: number
  readonly firstDelayMs: number
  readonly delayMaxMs: number
}

/** About 3 seconds at most: a batch that fails is delivered again anyway. */
export const PUBLISHING: Backoff = { attempts: 7, firstDelayMs: 25, delayMaxMs: 1_000 }

/** Under half a second: somebody waits for the answer. */
export const ANSWERING: Backoff = { attempts: 4, firstDelayMs: 20, delayMaxMs: 200 }

/**
 * Runs `attempt` until it succeeds. Throws OperationalFailure; what is no fault of the service, or an
 * answer in the form of an exception, passes through.
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

/** An operational failure around what a client threw. */
export function operationalFailure(what: string, cause: unknown): OperationalFailure {
  const throttled = faultOf(cause) === 'busy'
  const message = `${what}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : cause}`
  return new OperationalFailure(throttled ? 'overloaded' : 'unavailable', message, { retryable: true, cause })
}

/**
 * busy: it was not done, later it will be. uncertain: it may have been done. refused: not done, and
 * trying again will not help soon. ours: no answer of a service at all, but an error of this program.
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

/** Exceptions that answer a question: the condition of a write does not hold. */
const ANSWERS = ['ConditionalCheckFailedException']

export function faultOf(cause: unknown): Fault {
  if (!(cause instanceof Error) || ANSWERS.includes(cause.name)) return 'ours'
  if (BUSY.includes(cause.name)) return 'busy'
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (status === 429) return 'busy'
  if (status !== undefined && status >= 400 && status < 500) return 'refused'
  if (status !== undefined || cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'uncertain'
  // A connection that was refused or broken; the SDK passes the error of the socket on.
  return typeof (cause as NodeJS.ErrnoException).code === 'string' || '$response' in cause ? 'uncertain' : 'ours'
}

/** Runs `each` over all items, at most `width` at a time. The first failure ends it, after those under way. */
export async function inParallel<T>(items: readonly T[], width: number, each: (item: T) => Promise<void>) {
  let next = 0
  let failed = false
  const run = async () => {
    while (next < items.length && !failed) {
      try {
        await each(items[next++])
      } catch (cause) {
        failed = true
        throw cause
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, run))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

export const delay = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs))
