/** The core's side of the lake's thread: events with their positions, never more than the thread can take. */

import { expect, test, vi } from 'vitest'
import { cursorOf } from '../../../../../test/contracts/sample-feed.ts'
import { LakeFeedReader } from '../../../../lake/feed/lake-feed-reader.ts'
import { LAKE_GATHERED_MS } from '../../../../protocol/limits.ts'
import type { CoreToLake, LakeReport, LakeToCore } from './lake-messages.ts'
import { LakeServer } from './lake-server.ts'

const WRITTEN = { rowsWritten: 1, filesWritten: 2, bytesWritten: 3 }
const report = (state: LakeReport['state'], position: string, detail?: string): LakeReport => ({
  kind: 'report',
  state,
  position,
  written: WRITTEN,
  memoryBytes: state === 'behind' ? 7 : 0,
  ...(detail !== undefined && { detail }),
})

function opened(lagBytesMax = 100, isOn = true, position = '') {
  const exchange = { instruments: new Map(), reached: () => ({ position, timestampMs: 4, symbols: new Map() }) }
  const memory: number[] = []
  const onMemory = (bytes: number) => void memory.push(bytes)
  const logged: string[] = []
  const fields: object[] = []
  const log = (_: string, message: string, of: object) => {
    logged.push(message)
    fields.push(of)
  }
  const server = new LakeServer({ exchange: () => exchange, isOn, log, nowMs: () => 5, onMemory, lagBytesMax })
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
  let number = 0
  /** Matches a record with an event, whose order id has so many characters. */
  const record = (characters: number, at: string) => {
    number++
    server.take(cursorOf({ symbol: 'BTCUSD', number, handle: number, account: 'a', orderId: 'x'.repeat(characters) }))
    server.recordTaken({ position: at, timestampMs: 5 })
  }
  return { server, record, memory, logged, fields, posted, consumed, receive, kinds, close: () => close() }
}

/** The numbers of the events in a chunk. */
function numbersIn(message: CoreToLake): number[] {
  const numbers: number[] = []
  const event = new LakeFeedReader()
  if (message.kind === 'events') event.read(message.chunk)
  while (event.next()) numbers.push(event.number)
  return numbers
}

const TURN_ON = { kind: 'turnFeed', on: true } as const

test('the events of some records are one message, with the position of the last', async () => {
  const { record, posted, receive, kinds } = opened(1e9)
  record(5, '1')
  receive(TURN_ON)
  record(10, '2')
  record(20, '3')
  expect(kinds()).toEqual(['feedStarted'])
  await vi.waitFor(() => expect(kinds()).toEqual(['feedStarted', 'events']), { timeout: 30_000 })
  expect(posted[1]).toMatchObject({ last: { position: '3', timestampMs: 5 } })
  expect(numbersIn(posted[1])).toEqual([2, 3])
})

test('many bytes are sent at once', () => {
  const { record, receive, kinds } = opened(1e9)
  receive(TURN_ON)
  for (let i = 0; i < 1_200; i++) record(250, String(i))
  expect(kinds()).toEqual(['feedStarted', 'events'])
})

test('a thread that is too far behind gets no more events, and continues after a new start', async () => {
  const { record, consumed, posted, receive, kinds } = opened(300)
  receive(TURN_ON)
  record(60, '1')
  record(60, '2')
  await vi.waitFor(() => expect(kinds()).toContain('events'), { timeout: 30_000 })
  record(60, '3')
  record(60, '4')
  expect(kinds()).toEqual(['feedStarted', 'events', 'feedDropped'])
  receive(TURN_ON)
  const [, first] = posted
  Atomics.add(consumed, 0, first.kind === 'events' ? first.chunk.length : 0)
  record(60, '5')
  await vi.waitFor(() => expect(kinds().slice(3)).toEqual(['feedStarted', 'events']), { timeout: 30_000 })
  expect(numbersIn(posted[4])).toEqual([5])
})

test('events that were gathered before a start are not sent after it', async () => {
  const { record, posted, receive, kinds } = opened(1e9)
  receive(TURN_ON)
  record(10, '1')
  receive(TURN_ON)
  record(20, '2')
  await vi.waitFor(() => expect(kinds()).toEqual(['feedStarted', 'feedStarted', 'events']), { timeout: 30_000 })
  expect([posted[2], numbersIn(posted[2])]).toMatchObject([{ last: { position: '2' } }, [2]])
})

test('a record without events is not sent, and costs no message', async () => {
  const { server, receive, kinds } = opened(1e9)
  receive(TURN_ON)
  server.recordTaken({ position: '1', timestampMs: 5 })
  await new Promise((resolve) => setTimeout(resolve, 2 * LAKE_GATHERED_MS))
  expect(kinds()).toEqual(['feedStarted'])
})

test('the end comes behind the last events, and resolves with the answer or the end of the thread', async () => {
  for (const answer of ['ended', 'close'] as const) {
    const { server, record, receive, kinds, close } = opened()
    receive(TURN_ON)
    record(10, '1')
    const ended = server.end(true)
    expect(kinds()).toEqual(['feedStarted', 'events', 'end'])
    if (answer === 'ended') receive({ kind: 'ended' })
    else close()
    await ended
  }
  await new LakeServer({ isOn: false } as never).end(true)
})

test('health and lag', () => {
  const { server, record, receive } = opened()
  expect(server.health(7)).toEqual({ lake: 'starting', lakePosition: 0, lakeLagCommands: 7 })
  expect(server.stats(7)).toBeUndefined()
  receive(TURN_ON)
  receive(report('behind', '0000000000000003'))
  expect(server.health(7)).toEqual({ lake: 'behind', lakePosition: 3, lakeLagCommands: 4 })
  expect(server.needed).toBe('0000000000000003')
  record(10, '0000000000000005')
  receive(report('live', '0000000000000003'))
  expect(server.health(7).lakeLagCommands).toBe(4)
  // Commands 6 and 7 have no events.
  receive(report('live', '0000000000000005'))
  expect(server.health(7)).toEqual({ lake: 'live', lakePosition: 7, lakeLagCommands: 0 })
  expect(server.stats(7)).toEqual({ position: '0000000000000005', lagCommands: 0, ...WRITTEN, failing: false })
  expect(opened(100, false).server.health(7)).toEqual({ lake: 'off', lakePosition: 0, lakeLagCommands: 0 })
})

test('the memory of the thread is known while it catches up', () => {
  const { receive, memory, close } = opened()
  receive(report('behind', ''))
  receive(report('live', ''))
  receive(report('behind', ''))
  close()
  expect(memory).toEqual([7, 0, 7, 0])
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
