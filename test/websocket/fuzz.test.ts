/** Whatever a client sends, each frame gets one documented answer, and the session does not throw. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryMarketFeed } from '../contracts/memory-market-feed.ts'
import { expectDocumented, frame, PLACING } from './random-frames.ts'
import { settled, worldOf } from './socket-client.ts'
import { storedWorldOf } from './stored-world.ts'

test('each of random frames gets one documented answer', async () => {
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), fc.boolean(), async (frames, demo) => {
      const world = worldOf({ demo })
      const client = world.connect()
      let sent = 0
      for (const text of frames) {
        if (client.closed !== undefined) break
        client.session.receive(text)
        sent++
      }
      await settled()
      const answers = client.received.filter((message) => 'id' in message)
      expect(answers).toHaveLength(sent)
      for (const answer of answers) {
        expectDocumented(answer)
        outcomes.add(answer.type === 'result' ? `${answer.op} ${answer.status}` : answer.error.code)
      }
      if (client.closed !== undefined) expect(client.closed).toEqual([4006, 'wrong_key'])
      await client.session.ended()
      expect(world.failures).toEqual([])
    }),
    { numRuns: 300, examples: [[[...PLACING], false]] },
  )
  expectAllKinds(outcomes)
})

test('on AWS too each of random frames gets one documented answer that fits a frame', async () => {
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), fc.boolean(), async (frames, demo) => {
      const world = storedWorldOf({ demo })
      const client = await world.connect()
      let sent = 0
      for (const text of frames) {
        if (!client.isOpen) break
        await client.send(text)
        sent++
      }
      const answers = client.received.filter((message) => 'id' in message)
      expect(answers).toHaveLength(sent)
      for (const answer of answers) {
        expectDocumented(answer)
        outcomes.add(answer.type === 'result' ? `${answer.op} ${answer.status}` : answer.error.code)
      }
      await client.disconnect()
      expect(world.failures).toEqual([])
    }),
    { numRuns: 300, examples: [[[...PLACING], false]] },
  )
  expectAllKinds(outcomes)
})

/** So that the frames are not all refused for the same reason. */
function expectAllKinds(outcomes: ReadonlySet<string>): void {
  const wanted = [
    'authenticate 200',
    'subscribe 200',
    'place 202',
    'placeBatch 200',
    'cancelAll 202',
    'ping 200',
    'subscriptions 200',
  ]
  const refused = [
    'malformed_json',
    'invalid_body',
    'wrong_type',
    'missing_field',
    'invalid_value',
    'unauthorized',
    'unknown_symbol',
  ]
  for (const outcome of [...wanted, ...refused]) expect(outcomes).toContain(outcome)
}

test('ten thousand subscriptions are refused, one by one and together', async () => {
  const { exchange, connect } = worldOf({ demo: true, feed: new MemoryMarketFeed() })
  const [listed] = exchange.instruments.values()
  const symbols = Array.from({ length: 10_000 }, (_, i) => `S${i}`)
  for (const symbol of symbols) exchange.instruments.set(symbol, { ...listed, symbol })
  const client = connect()
  const together = await client.ask('subscribe', { channel: 'ticker', symbols: symbols.slice(0, 5_000) })
  expect(together).toMatchObject({ error: { code: 'invalid_value', field: 'symbols' } })
  client.session.receive(JSON.stringify({ id: 1, op: 'subscribe', channel: 'ticker', symbols }))
  expect(client.received.at(-1)).toMatchObject({ id: null, error: { code: 'malformed_json' } })
  let refused = 0
  for (const [id, symbol] of symbols.entries()) {
    client.session.receive(JSON.stringify({ id, op: 'subscribe', channel: 'ticker', symbols: [symbol] }))
    const answer = client.received.findLast((message) => 'id' in message)
    if (answer.type === 'error' && answer.error.code === 'too_many_subscriptions') refused++
    client.received.length = 0
  }
  expect(refused).toBe(9_000)
  expect(client.closed).toBeUndefined()
})
