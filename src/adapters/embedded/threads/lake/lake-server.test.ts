/** The core's side of the lake's thread: events with their positions, never more than the thread can take. */

import { expect, test, vi } from 'vitest'
import { FeedOutlets } from '../market/feed-outlets.ts'
import type { CoreToLake, LakeReport, LakeToCore } from './lake-messages.ts'
import { LakeServer } from './lake-server.ts'

const WRITTEN = { rowsWritten: 1, filesWritten: 2, bytesWritten: 3 }
const report = (state: LakeReport['state'], position: string, detail?: string): LakeReport => ({
  kind: 'report',
  state,
  position,
  written: WRITTEN,
  ...(detail !== undefined && { detail }),
})

function opened(lagBytesMax = 100, isOn = true, position = '') {
  const calls: string[] = []
  const feeds = new FeedOutlets({
    startFeed: () => {
      calls.push('start')
      return { position, symbols: new Map() }
    },
    stopFeed: () => calls.push('stop'),
  })
  const logged: string[] = []
  const fields: object[] = []
  const log = (_: string, message: string, of: object) => {
    logged.push(message)
    fields.push(of)
  }
  const server = new LakeServer({ instruments: new Map(), feeds, isOn, log, nowMs: () => 5, lagBytesMax })
  const posted: CoreToLake[] = []
  const consumed = new Int32Array(new SharedArrayBuffer(4))
  let close: () => void = () => {}
  const port = {
    postMessage: (message: CoreToLake) => posted.push(message),
    on: (event: string, listener: () => void) => {
      if (event === 'close') close = listener
    },
    unref: () => {},
  }
  server.connect({ kind: 'lakePort', port: port as never, consumed })
  const receive = (message: LakeToCore) => server.receive(message)
  const kinds = () => posted.map(({ kind }) => kind)
  return { server, feeds, calls, logged, fields, posted, consumed, receive, kinds, close: () => close() }
}

const batch = (bytes: number, fill = 0) => new Uint8Array(bytes).fill(fill)
const TURN_ON = { kind: 'turnFeed', on: true } as const

test('the events of some records are one message, with the position of each', async () => {
  const { feeds, posted, receive, kinds } = opened()
  feeds.take(batch(5), '1')
  receive(TURN_ON)
  feeds.take(batch(10, 1), '2')
  feeds.take(batch(20, 2), '3')
  expect(kinds()).toEqual(['feedStarted'])
  await vi.waitFor(() => expect(kinds()).toEqual(['feedStarted', 'events']), { timeout: 30_000 })
  const bytes = Uint8Array.from([...batch(10, 1), ...batch(20, 2)])
  expect(posted[1]).toEqual({ kind: 'events', bytes, positions: ['2', '3'] })
})

test('many bytes are sent at once', () => {
  const { feeds, receive, kinds } = opened(1e9)
  receive(TURN_ON)
  feeds.take(batch(200_000), '1')
  expect(kinds()).toEqual(['feedStarted'])
  feeds.take(batch(200_000), '2')
  expect(kinds()).toEqual(['feedStarted', 'events'])
})

test('a thread that is too far behind gets no more events, and continues after a new start', async () => {
  const { feeds, calls, consumed, receive, kinds } = opened(100)
  receive(TURN_ON)
  feeds.take(batch(60), '1')
  feeds.take(batch(60), '2')
  await vi.waitFor(() => expect(kinds()).toContain('events'), { timeout: 30_000 })
  feeds.take(batch(60), '3')
  feeds.take(batch(60), '4')
  expect([kinds(), calls]).toEqual([
    ['feedStarted', 'events', 'feedDropped'],
    ['start', 'stop'],
  ])
  receive(TURN_ON)
  Atomics.add(consumed, 0, 120)
  feeds.take(batch(60), '5')
  await vi.waitFor(() => expect(kinds().slice(3)).toEqual(['feedStarted', 'events']), { timeout: 30_000 })
})

test('events that were gathered before a start are not sent after it', async () => {
  const { feeds, posted, receive, kinds } = opened()
  receive(TURN_ON)
  feeds.take(batch(10), '1')
  receive(TURN_ON)
  feeds.take(batch(20), '2')
  await vi.waitFor(() => expect(kinds()).toEqual(['feedStarted', 'feedStarted', 'events']), { timeout: 30_000 })
  expect(posted[2]).toMatchObject({ positions: ['2'] })
})

test('the end comes behind the last events, and resolves with the answer or the end of the thread', async () => {
  for (const answer of ['ended', 'close'] as const) {
    const { server, feeds, receive, kinds, close } = opened()
    receive(TURN_ON)
    feeds.take(batch(10), '1')
    const ended = server.end(true)
    expect(kinds()).toEqual(['feedStarted', 'events', 'end'])
    if (answer === 'ended') receive({ kind: 'ended' })
    else close()
    await ended
  }
  await new LakeServer({ isOn: false } as never).end(true)
})

test('health and lag', () => {
  const { server, feeds, receive } = opened()
  expect(server.health(7)).toEqual({ lake: 'starting', lakePosition: 0, lakeLagCommands: 7 })
  expect(server.stats(7)).toBeUndefined()
  receive(TURN_ON)
  receive(report('behind', '0000000000000003'))
  expect(server.health(7)).toEqual({ lake: 'behind', lakePosition: 3, lakeLagCommands: 4 })
  expect(server.needed).toBe('0000000000000003')
  feeds.take(batch(10), '0000000000000005')
  receive(report('live', '0000000000000003'))
  expect(server.health(7).lakeLagCommands).toBe(4)
  // Commands 6 and 7 have no events.
  receive(report('live', '0000000000000005'))
  expect(server.health(7)).toEqual({ lake: 'live', lakePosition: 7, lakeLagCommands: 0 })
  expect(server.stats(7)).toEqual({ position: '0000000000000005', lagCommands: 0, ...WRITTEN, failing: false })
  expect(opened(100, false).server.health(7)).toEqual({ lake: 'off', lakePosition: 0, lakeLagCommands: 0 })
})

test('what the lake has taken from the log counts once it is stored', () => {
  const { server, receive } = opened(100, true, '0000000000000007')
  receive(TURN_ON)
  receive(report('live', ''))
  expect(server.health(7)).toEqual({ lake: 'live', lakePosition: 0, lakeLagCommands: 7 })
  receive(report('live', '0000000000000007'))
  expect(server.health(7).lakeLagCommands).toBe(0)
})

test('a failing lake is a trouble until it is written again, and is logged once', () => {
  const { server, receive, logged, close } = opened()
  for (let i = 0; i < 3; i++) receive(report('failing', '3', 'The disk is full.'))
  expect(server.trouble).toEqual({ cause: 'lake_failing', sinceMs: 5, detail: 'The disk is full.' })
  expect(server.stats(7)).toMatchObject({ failing: true })
  expect(logged).toEqual(['the data lake cannot be written'])
  receive(report('live', '4'))
  expect(server.trouble).toBeUndefined()
  close()
  expect(server.trouble?.detail).toMatch(/thread/)
})

test('the whole error is in the log only, because anybody may read the trouble', () => {
  const { server, receive, fields } = opened()
  receive({ ...report('failing', '3', 'The disk is full.'), error: 'ENOSPC, write /srv/data/lake/x' })
  expect(fields).toEqual([{ detail: 'The disk is full.', error: 'ENOSPC, write /srv/data/lake/x' }])
  expect(JSON.stringify([server.trouble, server.health(7), server.stats(7)])).not.toContain('/srv')
})

test('a thread that ends because it was asked to has not failed', async () => {
  const { server, logged, close } = opened()
  const ended = server.end(true)
  close()
  await ended
  expect([logged, server.trouble]).toEqual([[], undefined])
})
