/**
 * Wakes whoever pushes what is late. It is called regularly, and removes nothing: a note is removed by the process that
 * has caught up. So a call that fails, or a wake that is lost, is made good by the next call.
 */

import type { JoinRequests } from '../../ports/join-requests.ts'
import type { LatePushes } from '../../ports/late-pushes.ts'

/** Wakes that are admitted together: a fifth of what the limit of requests to join accepts in a second. */
const WAKES_AT_ONCE = 100

export interface WakePorts {
  readonly late: Pick<LatePushes, 'all'>
  readonly joins: Pick<JoinRequests, 'admit' | 'wake'>
  pause(delayMs: number): Promise<void>
}

/** Returns how many. Throws OperationalFailure. */
export async function wakeLatePushes({ late, joins, pause }: WakePorts): Promise<number> {
  const all = await late.all()
  for (let i = 0; i < all.length; i += WAKES_AT_ONCE) {
    const some = all.slice(i, i + WAKES_AT_ONCE)
    for (let pauseMs = await joins.admit(some.length); pauseMs > 0; pauseMs = await joins.admit(some.length))
      await pause(pauseMs)
    await joins.wake(some)
  }
  return all.length
}
