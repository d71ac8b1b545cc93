import { expect, test } from 'vitest'
import { feedOf } from '../../test/contracts/sample-feed.ts'
import { EventFeedReader } from '../protocol/event/event-feed-reader.ts'
import { parseInstrument } from '../protocol/instrument/instrument.ts'
import type { LakeBatch } from './lake-batch.ts'
import { LakeFold } from './lake-fold.ts'
import { jsonLines } from './lake-json.ts'
import { parquetFile } from './parquet-file.ts'

const BTCUSD = parseInstrument({ symbol: 'BTCUSD', base: 'BTC', quote: 'USD', tickSize: '0.01', lotSize: '0.1' })
const DAY_MS = 86_400_000

/** Orders that are accepted: `count` from number `from` on. */
function accept(fold: LakeFold, from: number, count: number, timestampMs = 0, symbol = 'BTCUSD'): void {
  const events = Array.from({ length: count }, (_, i) => ({
    kind: 'OrderAccepted' as const,
    symbol,
    number: from + i,
    timestampMs,
    account: `account-${(from + i) % 7}`,
    orderId: `order-${from + i}`,
    price: 1 + ((from + i) % 50),
    quantity: 1 + ((from + i) % 20),
  }))
  for (const event = new EventFeedReader(feedOf(events) as Uint8Array); event.next(); ) fold.take(event)
}

const numbersOf = (batch: LakeBatch): unknown[] => jsonLines(batch).map((line) => JSON.parse(line).eventnumber)

test('a batch grows after its file was made, and the next file has all its rows', () => {
  const fold = new LakeFold([BTCUSD])
  accept(fold, 1, 900)
  const [batch] = fold.gathered()
  const first = parquetFile(batch)
  accept(fold, 901, 2_000)
  expect(fold.gathered()).toEqual([batch])
  expect(parquetFile(batch)).not.toEqual(first)
  const atOnce = new LakeFold([BTCUSD])
  accept(atOnce, 1, 2_900)
  expect(parquetFile(batch)).toEqual(parquetFile(atOnce.flush()[0]))
})

test('rows are gathered by UTC day, and those that were taken are not given again', () => {
  const fold = new LakeFold([BTCUSD])
  accept(fold, 1, 3, DAY_MS - 1)
  accept(fold, 4, 2, DAY_MS)
  accept(fold, 6, 1, DAY_MS - 1)
  expect(fold.rows).toBe(6)
  const [first, second] = fold.gathered()
  expect([first.day, second.day]).toEqual(['1970-01-01', '1970-01-02'])
  expect([first, second].map(numbersOf)).toEqual([
    [1, 2, 3, 6],
    [4, 5],
  ])
  fold.drop(first)
  accept(fold, 7, 1, DAY_MS - 1)
  expect(fold.rows).toBe(3)
  expect(fold.flush().map(numbersOf)).toEqual([[4, 5], [7]])
  expect([fold.rows, fold.bytes, fold.flush()]).toEqual([0, 0, []])
})

test('an event of an instrument that was never defined is an error, and leaves no row', () => {
  const fold = new LakeFold([BTCUSD])
  expect(() => accept(fold, 1, 1, 0, 'ETHUSD')).toThrow('the instrument of each event')
  expect(fold.flush()).toEqual([])
  accept(fold, 1, 1)
  expect(fold.flush().map(numbersOf)).toEqual([[1]])
})

test('a row has the steps that its instrument has at the event', () => {
  const fold = new LakeFold([BTCUSD])
  accept(fold, 1, 1)
  const { symbol, base, quote } = BTCUSD
  const instrument = { symbol, base, quote, tickSize: '0.25', lotSize: '5' }
  const feed = feedOf([
    { kind: 'InstrumentClosed', concernsSymbol: true, symbol, number: 2 },
    { kind: 'OrderCanceled', symbol, number: 3, account: 'a', orderId: 'b', quantity: 2, reason: 'instrument_closed' },
    { kind: 'InstrumentDefined', concernsSymbol: true, symbol, number: 4, instrument },
  ])
  for (const event = new EventFeedReader(feed as Uint8Array); event.next(); ) fold.take(event)
  accept(fold, 5, 1)
  const rows = fold
    .flush()
    .flatMap(jsonLines)
    .map((line) => JSON.parse(line))
  expect(rows.map(({ price, quantity, remaining }) => [price, quantity, remaining])).toEqual([
    ['0.02', '0.2', '0.2'],
    [undefined, undefined, '0.2'],
    ['1.50', '30', '30'],
  ])
})

test('the memory of the rows is known', () => {
  const fold = new LakeFold([BTCUSD])
  accept(fold, 1, 10_000)
  const perRow = fold.bytes / fold.rows
  expect(perRow).toBeGreaterThan(50)
  expect(perRow).toBeLessThan(500)
})
