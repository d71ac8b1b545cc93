import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkBook } from '../../src/engine/invariants.ts'
import type { OrderEntry, Receipt } from '../../src/ports/order-entry.ts'
import type { Command } from '../../src/protocol/command/commands.ts'
import { type ReplayOptions, replay } from '../../src/replay/replay.ts'
import { RowParser } from '../../src/replay/row-parser.ts'
import type { RowTable } from '../../src/replay/row-table.ts'
import { runReplay } from '../../src/replay/run-replay.ts'
import { readVenueFile } from '../../src/replay/venue-file.ts'
import { memoryExchange } from './memory-exchange.ts'

const HEADER = 'id,timestamp,exchange.timestamp,price,volume,action,direction'
const fileOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

function feed(...lines: string[]): RowTable {
  const parser = new RowParser()
  parser.push(Buffer.from([HEADER, ...lines].join('\n')))
  return parser.end()
}

/** Everything except the elapsed time. */
async function summaryOf(rows: RowTable, options: Partial<ReplayOptions> = {}) {
  const { elapsedMs, eventsPerSecond, ...summary } = await replay(rows, { ...memoryExchange(), ...options })
  expect(elapsedMs).toBeGreaterThan(0)
  expect(eventsPerSecond).toBe(Math.round((rows.length * 1000) / elapsedMs))
  return summary
}

test('a small feed, event by event', async () => {
  expect(await summaryOf(await readVenueFile(fileOf('test/replay/six-rows.csv.xz')))).toEqual({
    events: 6,
    orders: 3,
    cancels: 1,
    cancelsTooLate: 0,
    trades: 1,
    quantity: '0.5',
    bestBid: null,
    bestAsk: '236.50',
  })
})

test('an empty feed', async () => {
  expect(await summaryOf(feed())).toEqual({
    events: 0,
    orders: 0,
    cancels: 0,
    cancelsTooLate: 0,
    trades: 0,
    quantity: '0',
    bestBid: null,
    bestAsk: null,
  })
})

test('rows are sent by their time and not by their line', async () => {
  const rows = feed('2,20,0,10,5,created,ask', '1,30,0,10,5,created,bid', '3,10,0,9,5,created,ask')
  expect(await summaryOf(rows)).toMatchObject({ trades: 1, bestBid: null, bestAsk: '10.00' })
})

test('cancels of closed orders, and of orders that never entered, are too late', async () => {
  const rows = feed(
    '1,1,0,10,5,created,ask',
    '2,2,0,10,5,created,bid',
    '1,3,0,10,5,deleted,ask',
    '9,4,0,10,5,deleted,bid',
    '3,5,0,8,5,created,bid',
    '3,6,0,8,5,deleted,bid',
    '3,7,0,8,5,deleted,bid',
  )
  expect(await summaryOf(rows)).toMatchObject({ orders: 3, cancels: 4, cancelsTooLate: 3, trades: 1 })
})

test('orders without price or volume are skipped, an id used twice is a conflict or a repetition', async () => {
  const rows = feed(
    '1,1,0,10,0,created,ask',
    '2,2,0,0,5,created,ask',
    '3,3,0,11,5,created,ask',
    '3,4,0,12,5,created,ask',
    '3,5,0,11.0,5,created,ask',
  )
  expect(await summaryOf(rows)).toMatchObject({ orders: 3, skipped: 2, conflicts: 1, repeated: 1, bestAsk: '11.00' })
})

test('a second replay into the same exchange repeats every order and trades nothing', async () => {
  const rows = await readVenueFile(fileOf('test/replay/six-rows.csv.xz'))
  const exchange = memoryExchange()
  await replay(rows, exchange)
  expect(await replay(rows, exchange)).toMatchObject({ orders: 3, repeated: 3, cancelsTooLate: 1, trades: 0 })
})

test('a feed of another instrument stops at its line, after all batches have settled', async () => {
  const rows = feed('1,1,0,10.00,5,created,ask', '2,2,0,10.005,5,created,ask')
  await expect(replay(rows, memoryExchange())).rejects.toThrow(
    'line 3: price 10.005, volume 5: BTCUSD is priced in steps of 0.01.',
  )
})

test('the sample gives the numbers of the documentation, with any size of batches', async () => {
  const rows = await readVenueFile(fileOf('samples/btcusd-sample.csv'))
  const expected = {
    events: 2_000,
    orders: 912,
    cancels: 702,
    cancelsTooLate: 49,
    trades: 189,
    quantity: '323.28486485',
    bestBid: '249.32',
    bestAsk: '249.44',
  }
  for (const [batchSize, inFlight] of [
    [500, 4],
    [1, 1],
    [7, 3],
    [10_000, 1],
  ]) {
    const exchange = memoryExchange()
    expect(await summaryOf(rows, { ...exchange, batchSize, inFlight })).toEqual(expected)
    expect(Math.max(...exchange.calls)).toBe(Math.min(batchSize, 912 + 702))
    checkBook(exchange.matcher.book)
  }
}, 30_000)

/** A port whose calls the test answers one by one. */
function heldEntry() {
  const calls: { commands: readonly Command[]; answer(receipt?: Receipt): void; fail(error: Error): void }[] = []
  const orderEntry: OrderEntry = {
    submit: (commands) =>
      new Promise((resolve, reject) => {
        const accepted: Receipt = { kind: 'accepted', receivedAtMs: 1, outcome: {} }
        calls.push({ commands, answer: (receipt = accepted) => resolve(commands.map(() => receipt)), fail: reject })
      }),
  }
  return { calls, orderEntry }
}

const tick = () => new Promise((resolve) => setImmediate(resolve))
const FIVE_ORDERS = feed(...[1, 2, 3, 4, 5].map((i) => `${i},${i},0,10,5,created,ask`))

test('no more batches than the limit are in flight, and progress follows the answers', async () => {
  const { calls, orderEntry } = heldEntry()
  const done: number[] = []
  const options = { batchSize: 1, inFlight: 2, onProgress: (rows: number) => done.push(rows) }
  const running = replay(FIVE_ORDERS, { ...memoryExchange(), orderEntry, ...options })
  for (let answered = 0; answered < 5; answered++) {
    await tick()
    expect(calls).toHaveLength(Math.min(5, answered + 2))
    calls[answered].answer()
  }
  expect(await running).toMatchObject({ orders: 5 })
  expect(done).toEqual([1, 2, 3, 4, 5, 5])
})

test('the first failure ends the feed after all batches have settled', async () => {
  const { calls, orderEntry } = heldEntry()
  let ended = false
  const running = replay(FIVE_ORDERS, { ...memoryExchange(), orderEntry, batchSize: 1, inFlight: 2 }).finally(() => {
    ended = true
  })
  const outcome = expect(running).rejects.toThrow('disk full')
  await tick()
  calls[1].fail(new Error('disk full'))
  await tick()
  expect(ended).toBe(false)
  calls[0].answer()
  await outcome
  expect(calls).toHaveLength(2)
})

test('a command that is not matched in time is a failure', async () => {
  const { calls, orderEntry } = heldEntry()
  const running = replay(FIVE_ORDERS, { ...memoryExchange(), orderEntry, waitMs: 50 })
  await tick()
  calls[0].answer({ kind: 'accepted', receivedAtMs: 1 })
  await expect(running).rejects.toThrow('not matched within 50 ms')
})

test('the whole command prints one JSON object and nothing else', async () => {
  const rows = await readVenueFile(fileOf('samples/btcusd-sample.csv'))
  const output = { report: new PassThrough(), progress: new PassThrough() }
  await runReplay(rows, { batchSize: 500, compare: true, json: true }, memoryExchange(), output)
  const text = String(output.report.read())
  expect(text.indexOf('\n')).toBe(text.length - 1)
  const { compare, ...summary } = JSON.parse(text)
  expect(summary).toMatchObject({ events: 2_000, trades: 189 })
  expect(compare).toMatchObject({
    orders: 912,
    outside: 47,
    agree: 909,
    filledOrders: 216,
    filledAgree: 213,
    ourFilled: '646.5697297',
  })
  expect(output.progress.read()).toBeNull()
})

test('the whole command prints text', async () => {
  const rows = await readVenueFile(fileOf('test/replay/six-rows.csv.xz'))
  const output = { report: new PassThrough(), progress: new PassThrough() }
  await runReplay(rows, { batchSize: 500, compare: false, json: false }, memoryExchange(), output)
  expect(String(output.report.read())).toMatch(/^Replayed into BTCUSD\n {2}events {4}6\n/)
})
