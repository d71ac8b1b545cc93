/** The bounds of posting: how many at a time, in which sequence, and what one slow connection may do to the others. */

import { expect, test } from 'vitest'
import { OperationalFailure } from '../../protocol/failure.ts'
import { CONNECTION_PUSH_MS_MAX, PUSH_ROUND_MS_MAX, PUSHES_IN_FLIGHT_MAX } from '../../protocol/limits.ts'
import { Outbox } from './outbox.ts'
import { postOutbox } from './post-outbox.ts'

const TEXTS = ['1', '2', '3']
const throttled = () => new OperationalFailure('overloaded', 'throttled', { retryable: true })

/** Posts on a clock that moves to the next end of a wait when nothing else happens. */
class Posting {
  nowMs = 0
  inFlight = 0
  mostInFlight = 0
  readonly sent = new Map<string, string[]>()
  /** When each connection got its last message. */
  readonly endedMs = new Map<string, number>()
  readonly metrics = new Map<string, number>()
  readonly ended: string[] = []
  private waits: { readonly atMs: number; readonly wake: () => void }[] = []

  async run(
    connections: readonly string[],
    answer: (connectionId: string) => number | 'gone' | 'throttled',
    endMs = PUSH_ROUND_MS_MAX,
    slow: ReadonlySet<string> = new Set(),
  ): Promise<Set<string>> {
    const outbox = new Outbox()
    for (const text of TEXTS) for (const connectionId of connections) outbox.add(connectionId, text)
    let failed: Set<string> | undefined
    const posting = postOutbox(
      outbox,
      {
        posts: { post: (connectionId, text) => this.post(connectionId, text, answer(connectionId)) },
        gone: async (connectionId) => void this.ended.push(connectionId),
        metrics: { add: (name, value) => this.metrics.set(name, (this.metrics.get(name) ?? 0) + value) },
        trouble: (what, cause) => {
          throw new Error(what, { cause })
        },
        nowMs: () => this.nowMs,
        pause: (delayMs) => this.wait(delayMs),
        random: () => 0.5,
      },
      endMs,
      slow,
    ).then((result) => {
      failed = result
    })
    while (failed === undefined) {
      await new Promise(setImmediate)
      const [next, ...later] = this.waits.sort((a, b) => a.atMs - b.atMs)
      if (next === undefined) continue
      this.waits = later
      this.nowMs = Math.max(this.nowMs, next.atMs)
      next.wake()
    }
    await posting
    return failed
  }

  private async post(connectionId: string, text: string, answer: number | 'gone' | 'throttled') {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight)
    await this.wait(typeof answer === 'number' ? answer : 1)
    this.inFlight--
    if (answer === 'gone') return answer
    if (answer === 'throttled') throw throttled()
    const texts = this.sent.get(connectionId) ?? []
    this.sent.set(connectionId, [...texts, text])
    this.endedMs.set(connectionId, this.nowMs)
    return 'sent' as const
  }

  private wait(delayMs: number): Promise<void> {
    return new Promise((wake) => this.waits.push({ atMs: this.nowMs + delayMs, wake }))
  }
}

const named = (count: number) => Array.from({ length: count }, (_, i) => `c${i}`)

test('so many posts are in flight at a time, and the messages of a connection arrive in sequence', async () => {
  const posting = new Posting()
  const connections = named(3 * PUSHES_IN_FLIGHT_MAX)
  expect(await posting.run(connections, (id) => 1 + (id.length % 3))).toEqual(new Set())
  expect(posting.mostInFlight).toBe(PUSHES_IN_FLIGHT_MAX)
  expect([...posting.sent.values()]).toEqual(connections.map(() => TEXTS))
  expect(posting.metrics.get('messagesPushed')).toBe(TEXTS.length * connections.length)
})

test('a connection that does not take its messages in time is given up, and delays no other', async () => {
  const posting = new Posting()
  const connections = named(2 * PUSHES_IN_FLIGHT_MAX)
  const failed = await posting.run(connections, (id) => (id === 'c0' ? 'throttled' : 1))
  expect(failed).toEqual(new Set(['c0']))
  const others = connections.slice(1)
  expect(others.filter((id) => (posting.endedMs.get(id) ?? Number.POSITIVE_INFINITY) > 100)).toEqual([])
  expect(posting.metrics.get('pushFailures')).toBe(TEXTS.length)
  expect(posting.nowMs).toBeLessThan(CONNECTION_PUSH_MS_MAX + 1_100)
})

test('if all places are taken by connections that do not answer, the others wait for a bounded time', async () => {
  const posting = new Posting()
  const connections = named(2 * PUSHES_IN_FLIGHT_MAX)
  const slow = new Set(connections.slice(0, PUSHES_IN_FLIGHT_MAX))
  const failed = await posting.run(connections, (id) => (slow.has(id) ? 'throttled' : 1))
  expect(failed).toEqual(slow)
  expect(posting.sent.size).toBe(PUSHES_IN_FLIGHT_MAX)
  expect(posting.nowMs).toBeLessThan(CONNECTION_PUSH_MS_MAX + 2_000)
})

test('a post that is refused for a moment is repeated', async () => {
  const posting = new Posting()
  let refusals = 3
  expect(await posting.run(['c0'], () => (refusals-- > 0 ? 'throttled' : 1))).toEqual(new Set())
  expect(posting.sent.get('c0')).toEqual(TEXTS)
})

test('after the end of a round nothing is posted', async () => {
  const posting = new Posting()
  expect(await posting.run(['c0'], () => 60, 100)).toEqual(new Set(['c0']))
  expect(posting.sent.get('c0')).toEqual(['1', '2'])
})

test('a connection that is gone is ended, and gets nothing more', async () => {
  const posting = new Posting()
  expect(await posting.run(['c0', 'c1'], (id) => (id === 'c0' ? 'gone' : 1))).toEqual(new Set())
  expect([posting.ended, [...posting.sent.keys()]]).toEqual([['c0'], ['c1']])
  expect(posting.metrics.get('connectionsGone')).toBe(1)
})

test('connections that could not be reached before come last, and take no time of the others', async () => {
  const posting = new Posting()
  const slow = Array.from({ length: 10 * PUSHES_IN_FLIGHT_MAX }, (_, i) => `slow-${i}`)
  const isBack = (id: string) => id === 'slow-7'
  const failed = await posting.run(
    [...slow, 'good'],
    (id) => (id === 'good' || isBack(id) ? 10 : 'throttled'),
    PUSH_ROUND_MS_MAX,
    new Set(slow),
  )
  expect([posting.sent.get('good'), posting.sent.get('slow-7')]).toEqual([TEXTS, TEXTS])
  expect(failed).toEqual(new Set(slow.filter((id) => !isBack(id))))
  expect(posting.nowMs).toBeLessThan(CONNECTION_PUSH_MS_MAX)
})
