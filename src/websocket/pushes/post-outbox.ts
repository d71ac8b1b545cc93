/**
 * Posts the messages of a round: many connections side by side, those of one connection in sequence. A post that fails
 * is repeated after a growing pause, until the connection has used its time; then the rest of its messages is dropped.
 * So a connection that cannot be reached delays the others by a bounded time, and holds one of the places only. One
 * that could not be reached in the round before comes after all others, and its first failure is its last: clients that
 * do not read delay the others once.
 */

import { inParallel } from '../../ports/in-parallel.ts'
import { OperationalFailure } from '../../protocol/failure.ts'
import { CONNECTION_PUSH_MS_MAX, PUSHES_IN_FLIGHT_MAX } from '../../protocol/limits.ts'
import type { Outbox } from './outbox.ts'
import type { PushPorts } from './push-ports.ts'

const FIRST_PAUSE_MS = 50
const PAUSE_MS_MAX = 1_000

type PostPorts = Pick<PushPorts, 'posts' | 'gone' | 'metrics' | 'trouble' | 'nowMs' | 'pause' | 'random'>

/** Returns the connections that did not get everything; `slow`: those of the round before. Nothing is posted after `endMs`. */
export async function postOutbox(
  outbox: Outbox,
  ports: PostPorts,
  endMs: number,
  slow: ReadonlySet<string>,
): Promise<Set<string>> {
  const failed = new Set<string>()
  const isSlow = ([connectionId]: readonly [string, unknown]) => slow.has(connectionId)
  const all = [...outbox.byConnection]
  const inTurn = [...all.filter((each) => !isSlow(each)), ...all.filter(isSlow)]
  await inParallel(inTurn, PUSHES_IN_FLIGHT_MAX, async ([connectionId, texts]) => {
    const sent = await postTo(connectionId, texts, ports, endMs, slow.has(connectionId))
    if (sent === 'gone') await end(connectionId, outbox, ports)
    else if (sent < texts.length) {
      failed.add(connectionId)
      ports.metrics.add('pushFailures', texts.length - sent)
    }
  })
  if (outbox.byConnection.size > 0) ports.metrics.add('followers', outbox.byConnection.size)
  return failed
}

/** Returns how many messages were sent. */
async function postTo(
  connectionId: string,
  texts: readonly string[],
  { posts, metrics, trouble, nowMs, pause, random }: PostPorts,
  endMs: number,
  endsWithFailure: boolean,
): Promise<number | 'gone'> {
  let sent = 0
  let pauseMs = FIRST_PAUSE_MS
  const lastMs = Math.min(endMs, nowMs() + CONNECTION_PUSH_MS_MAX)
  try {
    while (sent < texts.length && nowMs() < lastMs) {
      try {
        if ((await posts.post(connectionId, texts[sent])) === 'gone') return 'gone'
        sent++
      } catch (cause) {
        if (!(cause instanceof OperationalFailure)) throw cause
        if (endsWithFailure) break
        // Many connections that are refused together do not come back together.
        await pause(random() * pauseMs)
        pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)
      }
    }
  } catch (cause) {
    trouble(`a message could not be posted to ${connectionId}`, cause)
  }
  if (sent > 0) metrics.add('messagesPushed', sent)
  return sent
}

async function end(connectionId: string, outbox: Outbox, { gone, metrics, trouble }: PostPorts): Promise<void> {
  metrics.add('connectionsGone', 1)
  try {
    await gone(connectionId, outbox.seenOf(connectionId))
  } catch (cause) {
    // The next push to it, the sweep, or the expiry of its rows ends it.
    trouble(`${connectionId} is gone, and could not be ended`, cause)
  }
}
