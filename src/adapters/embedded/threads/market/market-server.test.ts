/** The core's side of the market thread: events only while they are read, and never more than the thread can take. */

import { expect, test } from 'vitest'
import type { DepthPart } from '../../../../ports/depth-reader.ts'
import { FeedOutlets } from './feed-outlets.ts'
import type { ConsumedBytes, CoreToMarket } from './market-messages.ts'
import { MarketServer } from './market-server.ts'

const part = (eventNumber: number): DepthPart => ({
  ...({ eventNumber } as DepthPart),
  bids: new Float64Array(1),
  asks: new Float64Array(1),
})

function opened(lagBytesMax = 100) {
  const calls: string[] = []
  const feeds = new FeedOutlets({
    startFeed: () => {
      calls.push('start')
      return { position: '', timestampMs: 0, symbols: new Map() }
    },
    stopFeed: () => calls.push('stop'),
  })
  const posted: CoreToMarket[] = []
  const transferred: number[] = []
  const consumed: ConsumedBytes = new Int32Array(new SharedArrayBuffer(4))
  const exchange = {
    instruments: new Map(),
    orders: {
      // biome-ignore lint/correctness/useYield: it needs no second step
      *list() {
        return { rows: [] }
      },
    },
    *depth(_: string, onPart: (part: DepthPart) => void) {
      onPart(part(1))
      yield
      return part(2)
    },
  }
  const port = {
    postMessage: (message: CoreToMarket, transfer: readonly unknown[] = []) => {
      posted.push(message)
      transferred.push(transfer.length)
    },
  }
  const server = new MarketServer({ exchange, feeds, port: port as never, consumed, lagBytesMax })
  return { server, feeds, calls, posted, transferred, consumed, kinds: () => posted.map(({ kind }) => kind) }
}

const batch = (bytes: number) => new Uint8Array(bytes)

test('batches come after the start, in the memory of the thread that reads them alone', () => {
  const { server, feeds, posted, transferred } = opened()
  feeds.take(batch(10))
  server.receive({ kind: 'turnFeed', on: true })
  feeds.take(batch(20))
  expect(posted.map((message) => [message.kind, message.kind === 'events' && message.batch.length])).toEqual([
    ['feedStarted', false],
    ['events', 20],
  ])
  expect(transferred).toEqual([0, 1])
  feeds.start({ take: () => {} })
  feeds.take(batch(30))
  expect(transferred).toEqual([0, 1, 0])
})

test('the feed ends with its last reader', () => {
  const { server, feeds, calls } = opened()
  const edge = { take: () => {} }
  server.receive({ kind: 'turnFeed', on: true })
  feeds.start(edge)
  server.receive({ kind: 'turnFeed', on: false })
  server.close()
  expect(calls).toEqual(['start', 'start'])
  feeds.stop(edge)
  feeds.stop(edge)
  expect(calls).toEqual(['start', 'start', 'stop'])
})

test('a thread that is too far behind gets no more events until it begins again', () => {
  const { server, feeds, calls, consumed, kinds } = opened(100)
  server.receive({ kind: 'turnFeed', on: true })
  feeds.take(batch(60))
  feeds.take(batch(60))
  Atomics.add(consumed, 0, 60)
  feeds.take(batch(60))
  feeds.take(batch(60))
  feeds.take(batch(60))
  expect(kinds()).toEqual(['feedStarted', 'events', 'events', 'events', 'feedDropped'])
  expect(calls).toEqual(['start', 'stop'])
  Atomics.add(consumed, 0, 120)
  server.receive({ kind: 'turnFeed', on: true })
  feeds.take(batch(60))
  expect(kinds().slice(5)).toEqual(['feedStarted', 'events'])
})

test('the bytes are counted beyond 2^32', () => {
  const { server, feeds, consumed, kinds } = opened(100)
  server.receive({ kind: 'turnFeed', on: true })
  Object.assign(server, { sent: 2 ** 31 - 10 })
  Atomics.store(consumed, 0, 2 ** 31 - 10)
  for (let i = 0; i < 3; i++) {
    feeds.take(batch(60))
    Atomics.add(consumed, 0, 60)
  }
  expect(kinds()).toEqual(['feedStarted', 'events', 'events', 'events'])
})

test('questions are answered, a whole book in parts that are moved to the other thread', async () => {
  const { server, posted, transferred } = opened()
  server.receive({ kind: 'ask', id: 1, question: 'depth', ask: { symbol: 'BTCUSD' } })
  server.receive({ kind: 'ask', id: 2, question: 'orders', ask: { account: 'ann', query: { limit: 1 } } })
  await expect
    .poll(() => posted)
    .toEqual([
      { kind: 'depthPart', id: 1, symbol: 'BTCUSD', part: part(1) },
      { kind: 'answer', id: 2, answer: { rows: [] } },
      { kind: 'answer', id: 1, answer: part(2) },
    ])
  expect(transferred[0]).toBe(2)
})
