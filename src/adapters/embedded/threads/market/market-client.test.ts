/** The edge's side of the market thread, with a thread that loses everything at once and says what it was told. */

import { expect, onTestFinished, test } from 'vitest'
import { MarketClient } from './market-client.ts'

const THREAD = `
  import { parentPort } from 'node:worker_threads'
  parentPort.on('message', ({ kind, id }) => parentPort.postMessage({ kind: 'lost', reason: kind + ' ' + id }))
`

test('a topic that is lost is not followed any more, so that the thread does not keep it', async () => {
  const told: string[] = []
  const client = new MarketClient({
    thread: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    connectCore: ({ port }) => port.close(),
    history: { trades: async () => [], candles: async () => [], latest: async () => [] },
    onFailed: (message) => told.push(message),
  })
  onTestFinished(() => client.stop())
  let lost = 0
  client.follow({ channel: 'ticker', symbol: 'BTCUSD' }, { take: () => {}, lost: () => lost++ })
  await expect.poll(() => told, { timeout: 20_000 }).toEqual(['follow 1', 'unfollow 1'])
  expect(lost).toBe(1)
})

test('readers of the longest tick do not take it from each other', async () => {
  const published = { kind: 'published', ids: [], kinds: [], froms: [], tos: [], texts: [], tickMs: 7 }
  const thread = `
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', () => parentPort.postMessage(${JSON.stringify(published)}))
  `
  const client = new MarketClient({
    thread: new URL(`data:text/javascript,${encodeURIComponent(thread)}`),
    connectCore: ({ port }) => port.close(),
    history: { trades: async () => [], candles: async () => [], latest: async () => [] },
    onFailed: () => {},
  })
  onTestFinished(() => client.stop())
  client.follow({ channel: 'ticker', symbol: 'BTCUSD' }, { take: () => {}, lost: () => {} })
  await expect.poll(() => client.stats().tickMs, { timeout: 20_000 }).toBe(7)
  expect([client.stats().tickMsMax, client.stats().tickMsMax]).toEqual([7, 7])
})
